import gzip
from pathlib import Path

import pytest

from agent_desk.domain.errors import ImportFileError
from db.customer_import.encoding import detect_encoding

CHINESE = "姓名,电话\n王芳,13800138000\n李秀英,15400000001\n欧阳雪,16100000002\n"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
def test_encodings_of_chinese_files_are_found(tmp_path: Path, encoding: str, found: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(CHINESE.encode(encoding))
    text = detect_encoding(path)
    assert text.encoding == found
    assert path.read_text(encoding=text.encoding) == CHINESE
    assert text.lines == 5


def test_utf_16_of_the_other_byte_order_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"\xfe\xff" + CHINESE.encode("utf-16-be"))
    assert path.read_text(encoding=detect_encoding(path).encoding) == CHINESE


def test_rare_characters_of_gb18030_do_not_make_it_rubbish(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes((CHINESE + "朱镕基,15400000003\n陶喆,15400000004\n").encode("gb18030"))
    assert detect_encoding(path).encoding == "gb18030"


@pytest.mark.parametrize(
    ("content", "field"),
    [
        pytest.param(b"", "file", id="empty"),
        pytest.param(b"PK\x03\x04" + bytes(60), "file", id="excel"),
        pytest.param(gzip.compress(CHINESE.encode()), "file", id="gzip"),
        pytest.param(bytes(range(256)) * 8, "file", id="binary"),
        pytest.param(CHINESE.encode("utf-16-le"), "file", id="utf-16 without mark"),
        pytest.param(CHINESE.encode("utf-32"), "encoding", id="utf-32"),
        pytest.param("name,phone\nMüller,1\nJörg,2\n".encode("latin-1"), "encoding", id="latin-1"),
        pytest.param("姓名,電話\n王芳,1\n陳靜宜,2\n".encode("big5"), "encoding", id="big5"),
        pytest.param(CHINESE.encode() + b"\xe7\x8e,1\n", "encoding", id="cut utf-8"),
        pytest.param(CHINESE.encode("gb18030") + b"\xff\xff\n", "encoding", id="broken gb18030"),
        pytest.param(b"\xff\xfea\x00b", "encoding", id="cut utf-16"),
    ],
)
def test_rubbish_is_refused_with_file_field_and_what_is_accepted(
    tmp_path: Path, content: bytes, field: str
) -> None:
    path = tmp_path / "customers.csv"
    path.write_bytes(content)
    with pytest.raises(ImportFileError) as refusal:
        detect_encoding(path)
    assert refusal.value.details["field"] == field
    assert refusal.value.details["file"] == "customers.csv"
    assert "UTF-8" in refusal.value.details["accepted"]


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ImportFileError, match=r"gone\.csv: file: .*No such file"):
        detect_encoding(tmp_path / "gone.csv")
