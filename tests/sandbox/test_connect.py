"""Slack Connect and guests: what Slack tells of people who are not members.

Shapes: https://docs.slack.dev/apis/slack-connect/, https://docs.slack.dev/reference/objects/user-object
"""

from slack_sdk import WebClient

from sandbox.server import Sandbox
from sandbox.workspace_state import Team

ACME = Team("T0ACME000", "Acme", "E0ACME000", "Acme")


def test_of_somebody_of_another_workspace_the_team_is_told_and_whether_they_share_a_channel(
    sandbox: Sandbox, client: WebClient
) -> None:
    ws = sandbox.workspace
    kim = ws.add_person("kim", "Kim Park", team=ACME)
    told = client.users_info(user=kim.id)["user"]
    assert (told["team_id"], told["profile"]["team"]) == (ACME.id, ACME.id)
    assert told["is_stranger"] is True
    assert told["enterprise_user"]["enterprise_name"] == "Acme"
    shared = ws.add_channel("shared", members=["ana", "kim"])
    ws.invite_bot(shared)
    assert client.users_info(user=kim.id)["user"]["is_stranger"] is False
    channel = client.conversations_info(channel=shared.id)["channel"]
    assert channel["is_ext_shared"] is True
    assert channel["connected_team_ids"] == [ACME.id]


def test_their_messages_carry_their_team(sandbox: Sandbox, client: WebClient) -> None:
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


def test_guests_are_members_with_a_flag(sandbox: Sandbox, client: WebClient) -> None:
    ws = sandbox.workspace
    one = ws.add_person("gil", ultra_restricted=True)
    several = ws.add_person("gus", restricted=True)
    flags = [
        (told["is_restricted"], told["is_ultra_restricted"], "is_stranger" in told)
        for told in (client.users_info(user=each.id)["user"] for each in (one, several))
    ]
    assert flags == [(True, True, False), (True, False, False)]
    assert client.users_info(user=one.id)["user"]["team_id"] == sandbox.state.identity.team_id
