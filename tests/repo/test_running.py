"""One program for each data folder, and the secrets that are made for it."""

import stat

import pytest

from core.errors import ConfigurationError
from wiring.embedded import overlay
from wiring.kept_secrets import kept_secrets
from wiring.running import Running, claim, who_runs


def test_nobody_else_may_run_in_a_claimed_folder(tmp_path):
    mine = claim(tmp_path)

    assert mine is not None
    assert claim(tmp_path) is None
    mine.release()
    again = claim(tmp_path)
    assert again is not None
    again.release()


def test_generated_secrets_are_kept_and_only_ours_to_read(tmp_path):
    first, second = kept_secrets(tmp_path), kept_secrets(tmp_path)

    assert first == second
    assert stat.S_IMODE((tmp_path / "secrets.json").stat().st_mode) == 0o600


def test_garbled_secrets_are_refused_and_not_made_anew(tmp_path):
    (tmp_path / "secrets.json").write_text("{")

    with pytest.raises(ConfigurationError, match=r"secrets\.json cannot be read"):
        kept_secrets(tmp_path)


def test_keys_are_generated_only_where_everything_is_embedded(tmp_path):
    added = overlay({"DATABASE_URL": "postgresql://db/sosik"}, tmp_path)

    assert "SECRET_KEYS" not in added
    assert "ADMIN_TOKEN" not in added
    assert added["SANDBOX"] == "1"


def test_real_credentials_are_never_mixed_with_made_up_ones(tmp_path):
    added = overlay({"META_APP_ID": "1"}, tmp_path)

    assert set(added) == {"DATA_DIR", "SECRET_KEYS", "ADMIN_TOKEN"}


def test_others_learn_what_whoever_runs_has_told(tmp_path):
    mine = claim(tmp_path)
    assert mine is not None
    told = Running(kind="up", process_id=1, url="http://u", environment={"A": "b"})

    mine.tell(told)

    assert who_runs(tmp_path) == told
    assert stat.S_IMODE((tmp_path / "run.json").stat().st_mode) == 0o600
    mine.release()
    assert who_runs(tmp_path) is None
