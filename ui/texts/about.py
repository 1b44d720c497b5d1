"""The about dialog's texts; pure data, any thread."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, tuple[str, str]]] = {
    "about.title": ("About Agent Desk", "关于 Agent Desk"),
    "about.version": ("Version {version}", "版本 {version}"),
    "about.licence": ("Apache License 2.0", "Apache 许可证 2.0"),
    "about.parts": ("Made with", "所用组件"),
    "about.unpacked": ("from the source folder", "源代码目录"),
    "about.close": ("Close", "关闭"),
}
