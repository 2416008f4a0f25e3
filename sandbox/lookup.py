"""Look up people and channels by id or name."""

from dataclasses import dataclass

from sandbox.workspace_state import Channel, Person, World


@dataclass(frozen=True)
class Lookup:
    """Access to the workspace's state. Raises LookupError if somebody or something isn't there."""

    world: World

    def person(self, who: str | Person) -> Person:
        found = self.world.find_person(who)
        if found is None:
            raise LookupError(f"there is nobody called {who}")
        return found

    def channel(self, which: str | Channel) -> Channel:
        found = self.world.find_channel(which)
        if found is None:
            raise LookupError(f"there is no channel {which}")
        return found
