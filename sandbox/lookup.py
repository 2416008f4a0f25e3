"""Look up people and channels by id or name."""

from dataclasses import dataclass

from sandbox.workspace_state import Channel, Person, WorkspaceState


@dataclass(frozen=True)
class Lookup:
    """Access to the workspace's state. Raises LookupError if somebody or something isn't there."""

    state: WorkspaceState

    def person(self, name: str | Person) -> Person:
        person = self.state.find_person(name)
        if person is None:
            raise LookupError(f"there is nobody called {name}")
        return person

    def channel(self, name: str | Channel) -> Channel:
        channel = self.state.find_channel(name)
        if channel is None:
            raise LookupError(f"there is no channel {name}")
        return channel
