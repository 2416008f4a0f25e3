"""Incident conversations in different styles, and the key times a careful scribe would give.

These were written after the first set: at first 0.88 of the key times found were right, and 0.81 of
all were found. A time marked `?` may be found or not; a key time that isn't listed must stay
unknown.
"""

import pytest

from tests.drafting.test_styles import expected

STORIES = {
    "terse war room": (
        """
03:12 pd-bot: Triggered #8812: edge-proxy 502 rate 31%
03:13 max: ack
03:15 max: seeing 502s from all edge nodes
03:19 max: upstream pool empty. health checks fail since the 03:05 config push
03:20 max: reverting config
03:24 max: reverted everywhere
03:25 max: 502s gone
03:25 pd-bot: Resolved #8812: edge-proxy 502 rate 0%
03:40 max: done, closing the incident
""",
        "started 03:05, detected 03:12, acknowledged 03:13, investigating 03:15, identified ?, mitigating 03:20, restored 03:25, resolved 03:40",
    ),
    "customer first": (
        """
11:32 beth: Customers are telling us that invoices can't be downloaded
11:33 beth: third call in ten minutes
11:40 omar: hey, let me check
11:44 omar: I can reproduce it. PDF service returns a timeout
11:52 omar: the PDF service ran out of memory after the traffic doubled
11:55 omar: adding two more instances
12:03 omar: instances are up, downloads work again
12:05 beth: customers confirm it works, thank you
12:20 omar: incident over
""",
        "detected 11:32, acknowledged 11:40, investigating ?, identified 11:52, mitigating 11:55, restored 12:03, resolved 12:20",
    ),
    "disk full": (
        """
05:00 mon-bot: WARNING disk usage on log01 at 91%
05:30 mon-bot: CRITICAL disk usage on log01 at 100%
05:34 iris: looking at log01
05:36 iris: ingestion stopped at 05:28 UTC, no logs since then
05:41 iris: debug logging was enabled on the gateway yesterday, that filled the disk. found the cause
05:43 iris: disabling debug logging and deleting old files
05:55 iris: ingestion is back to normal, lag is zero
06:10 iris: resolved, writing a ticket for log rotation
""",
        "started ?, detected ?, acknowledged 05:34, investigating 05:34, identified 05:41, mitigating 05:43, restored 05:55, resolved 06:10",
    ),
    "wrong suspects": (
        """
13:00 alex: search returns nothing for me, anybody else?
13:01 dana: yes, broken here too
13:03 raul: I'm looking
13:06 dana: is it the cdn?
13:10 raul: cdn says all good, not them
13:15 dana: maybe the new release from noon?
13:18 raul: rolled back to the previous release
13:22 raul: still empty, so it's not the release
13:40 raul: index alias points to an index that was deleted. this is because the nightly job failed halfway
13:42 raul: pointing the alias to yesterday's index
13:43 raul: search works again
13:44 alex: yep, works for me
14:00 raul: I'm marking this as resolved
""",
        "detected 13:00, acknowledged 13:03, investigating 13:03, identified 13:40, mitigating 13:42, restored 13:43, resolved 14:00",
    ),
    "two false recoveries": (
        """
08:00 mon-bot: [FIRING:1] ApiLatency above 2s
08:04 gus: on it
08:10 gus: restarted the api pods
08:12 mon-bot: [RESOLVED] ApiLatency above 2s
08:20 mon-bot: [FIRING:1] ApiLatency above 2s
08:22 gus: hm it's slow again
08:30 gus: scaling the database up
08:41 gus: looks good now
08:50 hedy: no, we still get timeouts in the shop
09:05 gus: found the problem: a report query without a limit runs every minute
09:06 gus: killing the query and disabling the report
09:10 mon-bot: [RESOLVED] ApiLatency above 2s
09:12 hedy: shop is fast again, no more timeouts
09:30 gus: closing this
""",
        "detected 08:00, acknowledged 08:04, investigating ?, identified 09:05, mitigating 09:06, restored 09:10, resolved 09:30",
    ),
    "when did it start": (
        """
15:20 lea: exports are stuck for several clients
15:22 tim: I'll take a look
15:25 tim: when did it start?
15:26 lea: around 14:50 UTC
15:33 tim: root cause: the worker lost its credentials after the rotation
15:36 tim: restarting the worker with the new credentials
15:41 tim: exports are flowing again
15:50 tim: resolved
""",
        "started 14:50, detected 15:20, acknowledged 15:22, investigating 15:22, identified 15:33, mitigating 15:36, restored 15:41, resolved 15:50",
    ),
    "ago": (
        """
20:15 wes: the payment page hangs since about 10 minutes ago
20:17 ivy: taking this
20:21 ivy: payments db has 900 blocked sessions. it's caused by a long transaction from the migration tool
20:23 ivy: killed the transaction
20:25 ivy: sessions are draining, getting better
20:29 ivy: all sessions gone, payments are back to normal
20:40 ivy: let's close this
""",
        "started 20:05, detected 20:15, acknowledged 20:17, investigating ?, identified 20:21, mitigating 20:23, restored 20:29, resolved 20:40",
    ),
    "cloud region": (
        """
17:00 watch-bot: ALERT eu-1 nodes NotReady 12/20
17:02 ned: I see it
17:05 ned: the cloud console shows the same zone as degraded
17:09 ned: it's a power event at the provider, their status page confirms it
17:12 flo: draining zone b
17:30 flo: all workloads moved to zone a and c, error rate back to 0.1%
18:40 ned: provider reports zone b recovered
19:00 ned: zone b is back in rotation. all clear
""",
        "detected 17:00, acknowledged 17:02, investigating 17:05, identified ?, mitigating 17:12, restored 17:30, resolved 19:00",
    ),
    "retro after": (
        """
10:00 app-bot: FIRING error budget burn high
10:01 sol: looking
10:08 sol: caused by a bad cache key in release 77
10:09 sol: rolling back
10:14 sol: rollback complete, errors back to zero
10:20 sol: incident resolved
10:40 kit: what went poorly: the first alert went to the wrong channel and nobody noticed
10:41 kit: the old runbook didn't help, it still names the previous cache
10:42 sol: we were lucky it was not black friday
10:43 sol: I'll update the runbook by friday
""",
        "detected 10:00, acknowledged 10:01, investigating 10:01, identified 10:08, mitigating 10:09, restored 10:14, resolved 10:20",
    ),
    "quoted times": (
        """
09:40 jan: writing down what happened this morning
09:41 jan: we were paged at 08:10 UTC because logins failed
09:42 jan: logins had been failing since 08:02 UTC
09:43 jan: at 08:25 UTC we found the cause: the auth signing key had rotated
09:44 jan: at 08:31 UTC we restarted the auth service
09:45 jan: at 08:33 UTC logins were back to normal
""",
        "started 08:02, detected 08:10, identified 08:25, mitigating 08:31, restored 08:33",
    ),
    "kafka lag": (
        """
21:00 mon-bot: Alert: consumer lag orders above 100k
21:03 pia: checking
21:10 pia: partition 7 has no leader, looks like broker 3 died
21:11 rob: confirmed, broker 3 is down: disk failure
21:14 pia: moving partitions away from broker 3
21:35 pia: lag is going down
22:20 pia: lag is back to normal
22:20 mon-bot: Resolved: consumer lag orders above 100k
22:25 rob: we can close the incident
""",
        "detected 21:00, acknowledged 21:03, investigating 21:03, identified ?, mitigating 21:14, restored 22:20, resolved 22:25",
    ),
    "feature flag": (
        """
14:02 una: heads up, enabling the new checkout for 10%
14:06 vic: conversion drops to zero for the test group, something is wrong
14:07 una: on it, turning off the flag
14:08 una: flag is off
14:10 vic: conversion recovers
14:12 vic: back to normal
14:15 una: root cause is a missing currency in the price object
14:30 una: marking as resolved
""",
        "started ?, detected 14:06, acknowledged 14:07, investigating ?, identified ?, mitigating 14:07, restored ?, resolved 14:30",
    ),
    "network chat with noise": (
        """
06:58 bob: good morning
06:59 liz: morning! coffee?
07:05 bob: vpn is down for the whole office
07:06 liz: same, can't connect
07:09 ray: looking at the concentrator
07:11 liz: :coffee:
07:18 ray: the concentrator rebooted after a firmware update at 06:45 UTC and lost its routes
07:20 ray: restoring the routes
07:24 bob: vpn works again!
07:25 liz: :tada:
07:40 ray: incident closed
""",
        "started ?, detected 07:05, acknowledged 07:09, investigating 07:09, identified ?, mitigating 07:20, restored 07:24, resolved 07:40",
    ),
    "french": (
        """
08:00 luc: le site est en panne depuis 7h50
08:05 eve: je regarde
08:20 luc: ça remarche
""",
        "",
    ),
    "plain work channel": (
        """
09:00 ann: deploying 4.2 to staging
09:10 ann: deployed
09:12 joe: looks good
09:15 ann: rolling out to production
09:30 ann: done
""",
        "",
    ),
}


@pytest.mark.parametrize(("text", "answers"), STORIES.values(), ids=STORIES)
def test_key_times_match_those_of_a_careful_scribe(text: str, answers: str) -> None:
    found, scribes_times = expected(text, answers)
    assert found == scribes_times
