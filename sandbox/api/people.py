"""auth.*, users.*, bots.*, team.* and usergroups.*: people, user groups and the team."""

from sandbox.api import objects, pagination
from sandbox.api.access import get_person
from sandbox.api.request import Request, SlackError
from sandbox.workspace_state import Json

LOCALE = "en-US"


def api_test(request: Request) -> Json:
    if error := request.text("error"):
        raise SlackError(error, args=objects.redacted(request.args))
    return {"args": objects.redacted(request.args)}


def auth_test(request: Request) -> Json:
    identity = request.state.identity
    return {
        "url": f"https://{identity.team_domain}.slack.com/",
        "team": identity.team_name,
        "user": request.state.bot.name,
        "team_id": identity.team_id,
        "user_id": identity.bot_user_id,
        "bot_id": identity.bot_id,
        "is_enterprise_install": False,
        **({"enterprise_id": identity.enterprise_id} if identity.enterprise_id else {}),
    }


def bot_info(request: Request) -> Json:
    profile = objects.bot_profile(request.state)
    if request.text("bot") not in {"", profile["id"]}:
        raise SlackError("bot_not_found")
    profile.pop("team_id")
    return {"bot": {**profile, "user_id": request.state.bot.id}}


def info(request: Request) -> Json:
    shown = objects.user(request.state, get_person(request))
    if request.flag("include_locale"):
        shown["locale"] = LOCALE
    return {"user": shown}


def list_users(request: Request) -> Json:
    state = request.state
    shown, cursor = pagination.paginate(request, list(state.people.values()), 1000)
    members = [objects.user(state, person) for person in shown]
    return {"members": members, "cache_ts": state.seconds, **cursor}


def by_email(request: Request) -> Json:
    wanted = request.required("email").lower()
    people = [person for person in request.state.people.values() if person.email.lower() == wanted]
    if not people:
        raise SlackError("users_not_found")
    return {"user": objects.user(request.state, people[0])}


def usergroups(request: Request) -> Json:
    groups = [dict(group) for group in request.state.usergroups]
    if not request.flag("include_users"):
        for group in groups:
            group.pop("users", None)
    return {"usergroups": groups}


def usergroup_users(request: Request) -> Json:
    wanted = request.required("usergroup")
    groups = [group for group in request.state.usergroups if group["id"] == wanted]
    if not groups:
        raise SlackError("no_such_subteam")
    return {"users": list(groups[0]["users"])}


def team_info(request: Request) -> Json:
    identity = request.state.identity
    sizes = (34, 44, 68, 88, 102, 132)
    icon = {"image_default": True, **{f"image_{size}": objects.IMAGE for size in sizes}}
    return {
        "team": {
            "id": identity.team_id,
            "name": identity.team_name,
            "url": f"https://{identity.team_domain}.slack.com/",
            "domain": identity.team_domain,
            "email_domain": "",
            "icon": icon,
            "avatar_base_url": "https://www.example.com/",
            "is_verified": False,
        },
    }
