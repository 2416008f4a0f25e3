"""All rules for blame: who and what, each with the reason why it's blame, and a suggestion.

A rule looks at one sentence, and only if it contains one of its trigger words (`signs`), so most
sentences cost almost nothing. If the words blame only when they're about a person, then somebody
named before or after them must be one, according to `bot.blameless.people_in_text`. Patterns are English, have no
nested repetition, and name no product and no person.

The suggestion is `better` with the following words in place of `{rest}`, if they fit there, or else
`question`.
"""

from bot.blameless.rules.fault import FAULT
from bot.blameless.rules.hindsight import HINDSIGHT
from bot.blameless.rules.omissions import OMISSIONS
from bot.blameless.rules.passive_blame import PASSIVE_BLAME
from bot.blameless.rules.rule import Rule
from bot.blameless.rules.slips import SLIPS
from bot.blameless.rules.verdicts import VERDICTS

RULES: tuple[Rule, ...] = (*OMISSIONS, *HINDSIGHT, *PASSIVE_BLAME, *SLIPS, *FAULT, *VERDICTS)
