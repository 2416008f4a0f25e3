"""Find action items without one owner, a due date, a priority, or a verifiable end."""

import re
from collections.abc import Collection, Iterator

from bot.blameless.action_item_reader import WrittenItem, read_items
from bot.blameless.document import Document
from bot.blameless.finding import Finding
from bot.blameless.sections import SectionTopic, find_topics, is_empty
from bot.blameless.vague_action_items import find_vague_pattern

_GROUP_NAME = re.compile(
    r"(?:(?:the|our|all|whole|entire|of|and|&|on|site|service|customer|data|web|mobile"
    r"|cloud|core|dev|product|release) )*"
    r"(?:teams?|squads?|group|guild|department|everyone|everybody|all|engineering"
    r"|engineers?|developers?|devs|platform|backend|"
    r"back-end|frontend|front-end|sres?|devops|ops|operations|infrastructure|infra"
    r"|support|qa|security|secops|dbas?|on-?call|management|"
    r"product|payments|network(?:ing)?|database|data|leadership|reliability|us|we|it"
    r"|marketing|sales|legal|vendor)"
    r"(?: (?:team|squad|group|guild|engineers|engineering|department|crew|folks))?",
    re.IGNORECASE,
)
_TEAM = re.compile(r"\b(?:team|squad|guild|group|department|crew)s?\b", re.IGNORECASE)
_MAX_QUOTE_LENGTH = 120  # characters of an item


def check_items(document: Document, people: Collection[str] = ()) -> Iterator[Finding]:
    """Yield what each action item of a document lacks, or that there is none.

    A missing or empty section is reported by `sections` instead.
    """
    items = read_items(document, people)
    for item in items:
        yield from _check_item(item, people)
    if items:
        return
    for topic, position in find_topics(document):
        if topic is SectionTopic.ACTION_ITEMS and not is_empty(document.with_subsections(position)):
            yield Finding(
                rule="no action items",
                text=document.sections[position].title,
                why="No action items found in a list or table, so there's nothing to follow up on.",
                better="Write each one as “what — who — by when — priority”.",
                line=document.sections[position].line,
                section=document.sections[position].title,
            )
            return


def _check_item(item: WrittenItem, people: Collection[str]) -> Iterator[Finding]:
    yield from _check_owner(item, people)
    if not item.is_done:
        yield from _check_plan(item)
    kind = find_vague_pattern(item.text)
    if kind:
        yield _make_finding(
            item,
            "vague item",
            f"There's no way to tell when it's done ({kind.name}).",
            f"Say what will be different, and how you'll know. For example: “{kind.example}”.",
        )


def _check_owner(item: WrittenItem, people: Collection[str]) -> Iterator[Finding]:
    if not item.owner:
        why = "Items without an owner rarely get done."
        yield _make_finding(
            item, "action item without an owner", why, "Who will own it? Name one person."
        )
    elif _is_group(item.owner, people):
        why = "When a group owns it, everybody assumes that somebody else will do it."
        yield _make_finding(item, "item owned by a group", why, f"Who in {item.owner} will do it?")


def _check_plan(item: WrittenItem) -> Iterator[Finding]:
    if not item.due:
        why = "Without a due date, nobody notices when it's late."
        yield _make_finding(item, "action item without a due date", why, "When is it due?")
    if not item.priority:
        why = "Without a priority, it loses out to other work."
        how = (
            "How urgent is it: P0 before the next on-call rotation, P1 this sprint, P2 this "
            "quarter, P3 later?"
        )
        yield _make_finding(item, "action item without a priority", why, how)


def _make_finding(item: WrittenItem, rule: str, why: str, better: str) -> Finding:
    item_text = " ".join(item.text.split())
    text = (
        item_text
        if len(item_text) <= _MAX_QUOTE_LENGTH
        else item_text[: _MAX_QUOTE_LENGTH - 1] + "…"
    )
    return Finding(
        rule=rule, text=text, why=why, better=better, line=item.line, section=item.section
    )


def _is_group(owner: str, people: Collection[str]) -> bool:
    """Return whether an owner is a team, a department or "everyone", without a person's name."""
    bare = owner.strip(" @.*_")
    if bare.casefold() in {name.strip().casefold() for name in people}:
        return False
    words = bare.replace("-", " ").replace("_", " ")
    if _GROUP_NAME.fullmatch(bare) or _GROUP_NAME.fullmatch(words):
        return True
    return bool(_TEAM.search(words)) and not re.search(r"[(,/]", bare)
