"""Slack Connect and guests: what Slack returns about people who aren't full members.

Shapes: https://docs.slack.dev/apis/slack-connect/,
https://docs.slack.dev/reference/objects/user-object
"""

from slack_sdk import WebClient

from sandbox.server import Sandbox
from sandbox.workspace_state import Team

ACME = Team("T0ACME000", "Acme", "E0ACME000", "Acme")


def test_a_person_of_another_workspace_has_a_team_and_is_a_stranger_before_sharing_a_channel(
    sandbox: Sandbox, client: WebClient
) -> None:
    ws = sandbox.workspace
    kim = ws.add_person("kim", "Kim Park", team=ACME)
    user = client.users_info(user=kim.id)["user"]
    assert (user["team_id"], user["profile"]["team"]) == (ACME.id, ACME.id)
    assert user["is_stranger"] is True
    assert user["enterprise_user"]["enterprise_name"] == "Acme"
    shared = ws.add_channel("shared", members=["ana", "kim"])
    ws.invite_bot(shared)
    assert client.users_info(user=kim.id)["user"]["is_stranger"] is False
    channel = client.conversations_info(channel=shared.id)["channel"]
    assert channel["is_ext_shared"] is True
    assert channel["connected_team_ids"] == [ACME.id]


def test_messages_from_another_workspace_carry_its_team(
    sandbox: Sandbox, client: WebClient
) -> None:
    ws = sandbox.workspace
    ws.add_person("kim", "Kim Park", team=ACME)
    shared = ws.add_channel("shared", members=["ana", "kim"])
    ws.invite_bot(shared)
    for person in ("ana", "kim"):
        ws.say(person, shared, "hello")
    by_kim, by_ana = client.conversations_history(channel=shared.id, limit=2)["messages"]
    assert {by_kim[name] for name in ("team", "user_team", "source_team")} == {ACME.id}
    assert by_kim["user_profile"]["team"] == ACME.id
    assert by_ana["team"] == sandbox.state.identity.team_id
    assert "user_team" not in by_ana


def test_guests_are_flagged_as_restricted_members(sandbox: Sandbox, client: WebClient) -> None:
    ws = sandbox.workspace
    one = ws.add_person("gil", ultra_restricted=True)
    several = ws.add_person("gus", restricted=True)
    flags = [
        (user["is_restricted"], user["is_ultra_restricted"], "is_stranger" in user)
        for user in (client.users_info(user=person.id)["user"] for person in (one, several))
    ]
    assert flags == [(True, True, False), (True, False, False)]
    assert client.users_info(user=one.id)["user"]["team_id"] == sandbox.state.identity.team_id
