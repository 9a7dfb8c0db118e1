"""A file that could not be written is refused before the work is done."""

import pytest

from sim.errors import InputError
from sim.store.files import check_writable


def test_what_could_not_be_written_is_refused(tmp_path):
    check_writable(tmp_path / "new.yaml")
    for path, said in ((tmp_path, "a folder. Name a file in it"), (tmp_path / "none" / "x.yaml", "Make it first")):
        with pytest.raises(InputError, match=said):
            check_writable(path)
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_not_to_be_changed_is_left_alone(tmp_path, monkeypatch):
    file = tmp_path / "kept.yaml"
    file.write_text("kept")
    monkeypatch.setattr("os.access", lambda path, mode: path != file)
    with pytest.raises(InputError, match="no permission to write"):
        check_writable(file)
