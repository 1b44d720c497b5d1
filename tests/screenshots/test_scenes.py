"""Every scene of the documents comes about, and its pictures show something."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.screenshots.floor import PICTURE
from tests.screenshots.scenes import SCENES
from tests.screenshots.studio import SIZE, Studio
from ui.language import Language, set_language
from ui.theme.theme import ThemeName, apply_theme

DOCUMENTED = Path(__file__).parents[2] / "docs" / "screenshots"


@pytest.mark.slow
def test_every_scene_gives_the_pictures_that_the_documents_show(
    qtbot: QtBot, tmp_path: Path
) -> None:
    pictures = tmp_path / "pictures"
    for name, scene in SCENES.items():
        studio = Studio(tmp_path / name)
        try:
            scene(studio, pictures)
        finally:
            studio.close()
            set_language(Language.EN)
            apply_theme(ThemeName.LIGHT, 100)

    taken = {path.name: QImage(str(path)) for path in pictures.iterdir()}
    # That of the floor is proved by tests/e2e/test_floor.py: it needs PostgreSQL.
    assert {path.name for path in DOCUMENTED.glob("*.png")} == {*taken, PICTURE}
    for name, image in taken.items():
        assert image.size() == SIZE, name
        assert shades(image) > 40, f"{name} shows nothing"


def shades(image: QImage) -> int:
    """Return how many colours a grid of points of ``image`` has."""
    points = ((x, y) for x in range(0, image.width(), 7) for y in range(0, image.height(), 5))
    return len({image.pixel(x, y) for x, y in points})
