"""The colours of both themes and the measures of the layout; plain data, any thread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

XS: Final = 4
S: Final = 8
M: Final = 12
L: Final = 16
XL: Final = 24

CONTROL_HEIGHT: Final = 34
RADIUS: Final = 8
CARD_RADIUS: Final = 10
ICON_SIZE: Final = 18
TEXT_SIZE: Final = 13
SMALL_TEXT_SIZE: Final = 12
HEADING_SIZE: Final = 13
TITLE_SIZE: Final = 17
NUMBER_SIZE: Final = 22
FOCUS_WIDTH: Final = 2
"""Measures in pixels at 100 % text scale; `ui.theme.theme.px` scales them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """One theme's colours as "#rrggbb".

    Surfaces from back to front: window, card, raised (table heads, hovered rows). hover, pressed:
    of plain buttons. selected: a chosen row. on_accent, on_danger: text on a filled button.
    Each *_soft is the background of a pill whose text has the colour without "_soft".
    nav*: the rail at the left, dark in both themes.
    """

    window: str
    card: str
    raised: str
    hover: str
    pressed: str
    selected: str
    border: str
    border_strong: str
    text: str
    text_muted: str
    text_disabled: str
    accent: str
    accent_hover: str
    accent_soft: str
    on_accent: str
    success: str
    success_soft: str
    warning: str
    warning_soft: str
    danger: str
    danger_hover: str
    danger_soft: str
    on_danger: str
    info: str
    info_soft: str
    neutral: str
    neutral_soft: str
    focus: str
    nav: str
    nav_hover: str
    nav_icon: str
    nav_selected: str
    nav_selected_icon: str


LIGHT: Final = Tokens(
    window="#f4f5f7",
    card="#ffffff",
    raised="#f9fafb",
    hover="#f1f3f7",
    pressed="#e6e9f0",
    selected="#eaf0ff",
    border="#e3e6eb",
    border_strong="#c9ced8",
    text="#161b26",
    text_muted="#566072",
    text_disabled="#949dac",
    accent="#2f5bea",
    accent_hover="#2449c4",
    accent_soft="#eaf0ff",
    on_accent="#ffffff",
    success="#0b7a4b",
    success_soft="#e3f6ec",
    warning="#945600",
    warning_soft="#fff3dc",
    danger="#c2261c",
    danger_hover="#a01c14",
    danger_soft="#fdeae8",
    on_danger="#ffffff",
    info="#1d6390",
    info_soft="#e2f1fb",
    neutral="#4d5768",
    neutral_soft="#eceff4",
    focus="#2f5bea",
    nav="#101828",
    nav_hover="#1d2840",
    nav_icon="#a9b4c8",
    nav_selected="#2f5bea",
    nav_selected_icon="#ffffff",
)

DARK: Final = Tokens(
    window="#0e1116",
    card="#161a21",
    raised="#1c212a",
    hover="#232a35",
    pressed="#2b3340",
    selected="#1b2748",
    border="#2a313d",
    border_strong="#424c5c",
    text="#e8ecf3",
    text_muted="#9ca7b8",
    text_disabled="#66707f",
    accent="#7c9dff",
    accent_hover="#98b2ff",
    accent_soft="#1b2748",
    on_accent="#0b1226",
    success="#4cd08a",
    success_soft="#12301f",
    warning="#f2b84b",
    warning_soft="#33270e",
    danger="#ff7b72",
    danger_hover="#ff978f",
    danger_soft="#3b1715",
    on_danger="#2a0705",
    info="#6cc1f5",
    info_soft="#102c3d",
    neutral="#b4bdca",
    neutral_soft="#262d38",
    focus="#7c9dff",
    nav="#0a0d12",
    nav_hover="#1a212c",
    nav_icon="#9ca7b8",
    nav_selected="#7c9dff",
    nav_selected_icon="#0b1226",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperTokens:
    """The colours of what is printed, as "#rrggbb": they know no theme.

    text, text_muted: ink on white paper. border: of boxes for the pen.
    """

    text: str
    text_muted: str
    border: str


PAPER: Final = PaperTokens(text="#000000", text_muted="#444444", border="#999999")
