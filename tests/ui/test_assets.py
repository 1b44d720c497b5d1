from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QFontMetricsF
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

import ui

ASSETS = Path(ui.__file__).parent / "assets"
ICONS = sorted((ASSETS / "icons").glob("*.svg"))
FONTS = sorted((ASSETS / "fonts").glob("*.ttf"))


@pytest.mark.parametrize("icon", ICONS, ids=lambda icon: icon.stem)
def test_an_icon_is_drawable_and_takes_its_colour_from_the_theme(
    qapp: QApplication, icon: Path
) -> None:
    renderer = QSvgRenderer(str(icon))
    assert renderer.isValid()
    assert renderer.defaultSize().width() == 24
    assert 'stroke="currentColor"' in icon.read_text(encoding="utf-8")


def test_the_application_icon_is_drawable(qapp: QApplication) -> None:
    assert QSvgRenderer(str(ASSETS / "app.svg")).isValid()


@pytest.mark.parametrize("font", FONTS, ids=lambda font: font.stem)
def test_a_font_file_joins_the_family_inter(qapp: QApplication, font: Path) -> None:
    families = QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(font)))
    assert "Inter" in families


def test_digits_can_be_set_in_columns(qapp: QApplication) -> None:
    for file in FONTS:
        QFontDatabase.addApplicationFont(str(file))
    font = QFont("Inter")
    font.setPixelSize(13)
    font.setFeature(QFont.Tag("tnum"), 1)
    metrics = QFontMetricsF(font)
    assert {metrics.horizontalAdvance(digit * 4) for digit in "0123456789"} == {
        metrics.horizontalAdvance("0000")
    }


def test_vendored_files_carry_their_licences() -> None:
    assert "ISC License" in (ASSETS / "icons" / "LICENSE").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE" in (ASSETS / "fonts" / "LICENSE").read_text(encoding="utf-8")
