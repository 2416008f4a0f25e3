"""Incident conversations in different styles, and the key times a careful scribe would give.

These were written before the rules were looked at. A time marked `?` may be found or not, or isn't
found yet; a key time that isn't listed must stay unknown.
"""

import pytest

from bot.drafting.draft import draft
from tests.drafting.records import talk


def key_times(text: str) -> dict[str, str]:
    """The key times of a story, as `HH:MM`."""
    moments = draft(talk(*text.strip().splitlines())).moments
    return {name: f"{moment.at:%H:%M}" for name, moment in moments.named() if moment}


def expected(text: str, answers: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the key times found and those expected, both without the ones marked `?`."""
    times = dict(answer.split(" ") for answer in answers.split(", ") if answer)
    either_way = {name for name, clock in times.items() if clock == "?"}
    found = {name: clock for name, clock in key_times(text).items() if name not in either_way}
    return found, {name: clock for name, clock in times.items() if name not in either_way}


STORIES = {
    "web rollback": (
        """
09:02 pager-bot: [FIRING:1] HighErrorRate web 5xx above 5%
09:03 kim: on it
09:05 kim: 500s on every product page, started right after the 08:57 deploy
09:07 raj: yes the first 500 in the logs is at 08:58 UTC
09:08 kim: found it, the new image is missing the locale files
09:09 raj: rolling back to build 811
09:13 raj: rollback finished
09:15 kim: error rate is back to normal
09:15 pager-bot: [RESOLVED] HighErrorRate web 5xx above 5%
09:30 kim: closing this incident, thanks
""",
        "started 08:58, detected 09:02, acknowledged 09:03, investigating ?, identified 09:08, mitigating 09:09, restored 09:15, resolved 09:30",
    ),
    "database failover": (
        """
02:11 nagios-bot: PROBLEM db-primary is DOWN: connection refused
02:14 ola: acked, logging in
02:16 ola: primary does not answer ssh either. looking at the hypervisor
02:21 ola: the host lost its power supply, that's the cause
02:22 ola: failing over to db-replica-2
02:26 ola: failover done, writes work again
02:27 nagios-bot: RECOVERY db-primary is UP
02:40 ola: all clear, going back to bed
""",
        "detected 02:11, acknowledged 02:14, investigating 02:16, identified 02:21, mitigating 02:22, restored 02:26, resolved 02:40",
    ),
    "expired certificate": (
        """
07:30 support-lin: customers report a security warning when they open the portal
07:33 pete: I'll check
07:35 pete: certificate for portal expired at 07:00 UTC
07:36 pete: that's why, the auto renewal job has been disabled since march
07:40 pete: renewing by hand
07:48 pete: new cert is live, portal loads without a warning
07:49 support-lin: confirmed, thanks! works for me now
08:00 pete: resolved
""",
        "started 07:00, detected 07:30, acknowledged 07:33, investigating ?, identified 07:35, mitigating 07:40, restored 07:48, resolved 08:00",
    ),
    "third party": (
        """
16:01 grafana-bot: FIRING: sms delivery success below 80%
16:04 ines: looking
16:06 ines: our provider returns 503 for everything
16:07 tom: their status page says all systems operational
16:10 ines: could it be our IP being blocked?
16:15 ines: no, same from my laptop. opened a ticket with them
16:31 ines: they confirm an outage on their side
16:33 tom: switching traffic to the backup provider
16:41 ines: sms are going out again, success rate at 99%
17:50 tom: provider says fixed. switching back tomorrow
17:55 tom: we can close this
""",
        "detected 16:01, acknowledged 16:04, investigating 16:04, identified 16:31, mitigating 16:33, restored 16:41, resolved 17:55",
    ),
    "failed rollback then fix": (
        """
10:00 dd-bot: Triggered: checkout latency p99 > 4s
10:02 amy: looking at it
10:05 ben: maybe the deploy from this morning?
10:08 ben: rolling back the deploy
10:15 ben: rolled back. latency looks better
10:16 amy: nice, looks like we're recovering
10:22 amy: no, it's slow again. the rollback didn't help
10:30 cleo: root cause is a missing index on orders after last night's migration
10:32 cleo: creating the index now
10:44 cleo: index is built
10:46 amy: latency is back to normal
10:46 dd-bot: Recovered: checkout latency p99 > 4s
11:00 amy: incident resolved
""",
        "detected 10:00, acknowledged 10:02, investigating 10:02, identified 10:30, mitigating 10:32, restored 10:46, resolved 11:00",
    ),
    "security leak": (
        """
13:05 scan-bot: secret detected in public repository: API key pushed in commit 8fe21
13:07 nora: I see it, taking this
13:09 nora: the key was pushed at 12:41 UTC by the release job
13:12 nora: revoking the key
13:14 nora: key is revoked
13:30 nora: audit log shows no use of the key from outside
13:45 nora: closing, follow-up is to block such pushes
""",
        "started ?, detected 13:05, acknowledged 13:07, investigating ?, identified ?, mitigating 13:12, restored ?, resolved 13:45",
    ),
    "pipeline delay": (
        """
06:00 airflow-bot: ALERT: dag daily_sales missed its SLA
06:20 jo: morning. looking into why it's late
06:31 jo: the export step is stuck since 03:10 UTC, waiting for a lock
06:35 jo: the lock is held by a forgotten vacuum, that is the cause
06:36 jo: killing the vacuum
06:37 jo: export is running again
07:50 jo: backlog is processed, dashboards are up to date
08:00 jo: done here, resolved
""",
        "started 03:10, detected 06:00, acknowledged 06:20, investigating 06:20, identified 06:35, mitigating 06:36, restored 07:50, resolved 08:00",
    ),
    "mobile crash": (
        """
11:00 maya: crash rate of the android app jumped to 12% after 5.3 went out
11:02 leo: looking
11:10 leo: crash is a null pointer in the new onboarding screen
11:12 maya: halting the rollout of 5.3
11:13 leo: the cause is a feature flag that returns nothing for old accounts
11:14 leo: turning off the flag
11:25 maya: crash rate is down to 4% and falling
11:40 maya: back at 0.2% which is our baseline
12:10 maya: marking this resolved
""",
        "detected 11:00, acknowledged 11:02, investigating 11:02, identified 11:13, mitigating 11:14, restored 11:40, resolved 12:10",
    ),
    "dns": (
        """
18:20 zed: is anyone else unable to reach the api? I get NXDOMAIN
18:21 yas: same here
18:22 yas: checking the zone
18:25 yas: the zone was replaced by an empty one at 18:12 UTC. caused by the terraform run
18:26 yas: restoring the zone from the backup
18:29 yas: zone is restored, but resolvers have cached the empty answer for 5 min
18:36 zed: resolves again for me
18:37 yas: no more NXDOMAIN in the logs
18:50 yas: calling it done
""",
        "started 18:12, detected 18:20, acknowledged ?, investigating 18:22, identified 18:25, mitigating 18:26, restored 18:36, resolved 18:50",
    ),
    "queue backlog": (
        """
12:00 mon-bot: CRITICAL queue mail depth 48,000
12:05 sue: looking
12:09 sue: consumers have been crashing for the last 25 minutes
12:12 sue: a poison message makes them crash, found the cause
12:13 sue: removing the message from the queue
12:14 sue: restarting consumers
12:20 sue: depth is falling
12:45 sue: queue is empty, mails go out immediately
12:50 sue: resolved
""",
        "started 11:44, detected 12:00, acknowledged 12:05, investigating 12:05, identified 12:12, mitigating 12:13, restored 12:45, resolved 12:50",
    ),
    "status feed": (
        """
14:00 page-bot: Investigating - We are investigating elevated error rates on the dashboard.
14:20 page-bot: Identified - The issue has been identified and a fix is being implemented.
14:35 page-bot: Monitoring - A fix has been implemented and we are monitoring the results.
15:10 page-bot: Resolved - This incident has been resolved.
""",
        "detected 14:00, investigating 14:00, identified 14:20, mitigating ?, restored ?, resolved 15:10",
    ),
    "feed with components": (
        """
20:00 page-bot: [Investigating] We are investigating reports of issues with Search and Uploads.
20:10 page-bot: [Update] Search is operating normally.
20:20 page-bot: [Update] Uploads is still degraded. We continue to investigate.
20:40 page-bot: [Update] Uploads is operating normally.
20:45 page-bot: [Resolved] This incident has been resolved.
""",
        "detected 20:00, investigating 20:00, restored 20:40, resolved 20:45",
    ),
    "spanish": (
        """
12:00 ana: el servicio no responde
12:05 ben: estamos mirando
12:20 ana: ya funciona otra vez
""",
        "",
    ),
    "german": (
        """
12:00 uwe: die Seite ist seit 11:40 nicht erreichbar
12:05 eva: ich schaue
12:20 uwe: geht wieder
""",
        "",
    ),
    "log after the fact": (
        """
08:55 log: New version of the billing service is deployed
09:05 log: First customer reports a wrong invoice
09:20 log: Dana acknowledges the report and starts investigating
09:50 log: Dana finds the cause: rounding was changed in the new version
09:55 log: Dana reverts the change
10:10 log: Deployment of the revert completes, invoices are correct again
10:30 log: Incident closed
""",
        "started ?, detected 09:05, acknowledged 09:20, investigating 09:20, identified 09:50, mitigating 09:55, restored 10:10, resolved 10:30",
    ),
    "chatter only": (
        """
12:00 amy: anyone up for lunch?
12:01 bob: yes! the new place is down the street
12:02 amy: great, see you there
""",
        "",
    ),
    "unresolved": (
        """
22:00 kai: login is broken for everyone
22:02 lou: looking
22:10 lou: no idea yet. maybe the session store?
22:30 lou: still failing after I restarted the session store
22:40 kai: should we wake somebody?
""",
        "detected 22:00, acknowledged 22:02, investigating 22:02",
    ),
}


@pytest.mark.parametrize(("text", "answers"), STORIES.values(), ids=STORIES)
def test_key_times_match_those_of_a_careful_scribe(text: str, answers: str) -> None:
    found, scribes_times = expected(text, answers)
    assert found == scribes_times
