"""Three made-up incidents, each with sentences that are right and the numbers of the messages they cite."""

from bot.domain.timeline import Record
from bot.drafting.draft import draft
from bot.drafting.rewriting.sources import Sources, collect_sources
from tests.drafting.records import talk

Sentence = tuple[str, tuple[int, ...]]

CHECKOUT = talk(
    "12:00 monitor-bot: FIRING: checkout error rate 40 %",
    "12:01 alice: checkout is throwing 502s since 11:58, ~4,200 users affected",
    "12:03 olu: I'm looking at the gateway logs",
    "12:05 olu: maybe it's the payments db?",
    "12:08 bob: db connections look fine, it's not the db",
    "12:10 olu: found it: the connection pool limit was set to 20 in deploy 1234",
    "12:12 olu: rolling back deploy 1234 now",
    "12:15 olu: rollback done, error rate is dropping",
    "12:20 alice: back to normal, checkout is healthy",
    "12:31 alice: there was no alert on the pool, that's why it took so long",
    "12:32 bob: we should add an alert on pool usage",
)
MAIL = talk(
    "07:40 zara: outgoing mail has been stuck in the queue on mx-2 since about 07:15, 900 messages waiting",
    "07:44 ivo: disk on mx-2 is full, /var/spool is at 100%",
    "07:46 ivo: the log rotation cron was disabled during the migration last week",
    "07:50 zara: could it be the new antivirus too?",
    "07:52 ivo: no, the antivirus is idle",
    "07:55 ivo: deleted the old logs and re-enabled the cron",
    "08:02 zara: restarting postfix on mx-2",
    "08:10 zara: queue is draining, 200 messages left",
    "08:20 ivo: queue empty, all mail delivered, no data lost",
    "08:25 zara: luckily it was before office hours",
    "08:30 ivo: I'll add a disk alert at 85% for mx-2",
)
SEARCH = talk(
    "22:01 pager-bot: search p99 latency above 4s",
    "22:03 mina: search is slow for everyone in eu-west-1, p99 is 6.2s",
    "22:06 teo: index rebuild started at 21:55 and it's using all the cpu on search-4",
    "22:09 teo: I think the rebuild is the problem",
    "22:11 mina: pause the rebuild?",
    "22:12 teo: paused the rebuild",
    "22:15 mina: p99 down to 300ms",
    "22:16 mina: confirmed, the rebuild was saturating search-4",
    "22:20 teo: status page updated, search is restored",
    "22:40 mina: the rebuild job isn't limited to off-peak hours",
)

RIGHT: tuple[tuple[Record, tuple[Sentence, ...]], ...] = (
    (
        CHECKOUT,
        (
            ("Checkout has been throwing 502s since 11:58, with ~4,200 users affected.", (2,)),
            ("Checkout returned 502s from 11:58, and about 4,200 users were affected.", (2,)),
            ("About 4,200 users were affected by 502s on checkout.", (2,)),
            ("The checkout error rate was 40% at 12:00.", (1,)),
            ("The connection pool limit was set to 20 in deploy 1234.", (6,)),
            ("Deploy 1234 had set the connection pool limit to 20.", (6,)),
            ("The limit of the connection pool was 20 after deploy 1234.", (6,)),
            ("Olu looked at the gateway logs.", (3,)),
            ("The database was ruled out, since its connections looked fine.", (5,)),
            ("The payments database might be involved.", (4,)),
            ("Deploy 1234 was rolled back from 12:12.", (7,)),
            ("Rollback of deploy 1234 started at 12:12 UTC and was done by 12:15.", (7, 8)),
            ("After the rollback, the error rate dropped.", (8,)),
            ("Checkout was back to normal at 12:20, after the rollback of deploy 1234.", (7, 8, 9)),
            ("Checkout was healthy again at 12:20.", (9,)),
            ("There was no alert on the pool, so it took long.", (10,)),
            ("The pool had no alert.", (10,)),
        ),
    ),
    (
        MAIL,
        (
            ("Outgoing mail was stuck on mx-2 from about 07:15, with 900 messages waiting.", (1,)),
            (
                "Since about 07:15, 900 outgoing messages have been stuck in the queue on mx-2.",
                (1,),
            ),
            ("The disk on mx-2 was full, with /var/spool at 100%.", (2,)),
            ("The disk of mx-2 filled up because log rotation was disabled.", (2, 3)),
            ("Log rotation had been disabled during the migration last week.", (3,)),
            ("The cron job for log rotation was disabled during last week's migration.", (3,)),
            ("The antivirus was idle, so it was ruled out.", (5,)),
            ("Old logs were deleted and the cron was re-enabled at 07:55.", (6,)),
            ("Postfix on mx-2 was being restarted at 08:02.", (7,)),
            ("At 08:10, the queue was draining, with 200 messages left.", (8,)),
            ("The queue was empty at 08:20, all mail was delivered, and no data was lost.", (9,)),
            ("By 08:20, all mail was delivered without lost data.", (9,)),
        ),
    ),
    (
        SEARCH,
        (
            ("Search was slow for everyone in eu-west-1, with a p99 of 6.2s.", (2,)),
            ("From 22:03, search in eu-west-1 was slow for everyone.", (2,)),
            ("An index rebuild that started at 21:55 used all the CPU on search-4.", (3,)),
            ("The index rebuild was saturating search-4.", (3, 8)),
            ("The rebuild may be the problem.", (4,)),
            ("The rebuild was probably the problem.", (4,)),
            ("Teo paused the rebuild at 22:12.", (6,)),
            ("The rebuild was paused, and p99 went down to 300 ms.", (6, 7)),
            ("Search was restored by 22:20, and the status page was updated.", (9,)),
            ("The rebuild job isn't limited to off-peak hours.", (10,)),
            ("The rebuild job was not limited to off-peak hours.", (10,)),
        ),
    ),
)


def sources_of(record: Record) -> Sources:
    return collect_sources(record, draft(record))
