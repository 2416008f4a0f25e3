"""All rules for blame: who and what, each with the reason why it's blame, and a suggestion.

A rule looks at one sentence, and only if it contains one of its trigger words (`signs`), so most
sentences cost almost nothing. If the words blame only when they're about a person, then somebody
named before or after them must be one, according to `people_in_text`. Patterns are English, have no
nested repetition, and name no product and no person.

The suggestion is `better` with the following words in place of `{rest}`, if they fit there, or else
`question`.
"""

from bot.blameless.omission_rules import OMISSION_RULES
from bot.blameless.rule import Rule
from bot.blameless.slip_rules import SLIP_RULES
from bot.blameless.verdict_rules import VERDICT_RULES

RULES: tuple[Rule, ...] = (*OMISSION_RULES, *SLIP_RULES, *VERDICT_RULES)
