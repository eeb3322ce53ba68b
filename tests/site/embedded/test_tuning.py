"""Settings of the embedded server."""

from bangfu.site.embedded.tuning import MIB, as_configuration, settings_for


class TestSettingsFor:
    def test_fits_a_large_machine_within_the_caps(self) -> None:
        settings = settings_for(memory_bytes=64 * 1024 * MIB, small_shared_memory=False)
        assert settings["shared_buffers"] == "512MB"
        assert settings["maintenance_work_mem"] == "256MB"
        assert settings["work_mem"] == "32MB"

    def test_fits_a_small_container(self) -> None:
        settings = settings_for(memory_bytes=512 * MIB, small_shared_memory=True)
        assert settings["shared_buffers"] == "64MB"
        assert settings["work_mem"] == "8MB"
        assert settings["dynamic_shared_memory_type"] == "mmap"

    def test_never_trades_safety_for_speed(self) -> None:
        settings = settings_for(memory_bytes=512 * MIB, small_shared_memory=True)
        assert {settings[name] for name in ("fsync", "synchronous_commit", "full_page_writes")} == {"on"}


class TestAsConfiguration:
    def test_quotes_and_includes(self) -> None:
        lines = as_configuration({"a": "it's"}, include="local.conf").splitlines()
        assert lines[1:] == ["a = 'it''s'", "include = 'local.conf'"]
