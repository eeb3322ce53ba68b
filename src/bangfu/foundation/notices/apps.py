"""Django's entry for notices."""

from bangfu.foundation.rooms import RoomConfig


class NoticesConfig(RoomConfig):
    """Who is told of what."""

    name = "bangfu.foundation.notices"
    label = "notices"

    def ready(self) -> None:
        """Register the room and the table whose keys are wrapped under the house's key."""
        super().ready()
        from bangfu.foundation.people.rekeying import WrappedKeys, wrapped_keys

        wrapped_keys.append(WrappedKeys("notices_secret", "id", "notice-secret"))
