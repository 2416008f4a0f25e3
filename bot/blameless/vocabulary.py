"""Words for people and for systems, and names that are software."""


def words(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


ROLES = words(
    "admin administrator agency analyst approver architect author boss ceo cio clerk "
    "coder colleague commander "
    "committer contractor consultant coordinator cto dba deployer designer developer dev "
    "devs director "
    "electrician employee eng engineer executive facilitator folk freelancer guy guys ic "
    "individual intern integrator juniors lead leader "
    "leadership maintainer management manager newcomer nurse on-call oncall oncaller "
    "operator ops owner people person pharmacist physician "
    "programmer qa responder reviewer rookie scientist scribe senior sre staff staffer "
    "shift specialist subcontractor supplier "
    "sysadmin team technician tester trainee vendor volunteer worker programmers crew "
    "hire hires newbie group squad "
    "apprentice assistant auditor captain cashier chief department dispatcher doctor "
    "driver editor foreman "
    "inspector installer janitor mechanic moderator paramedic pilot planner plumber "
    "secretary student supervisor "
    "surgeon teacher teammate teller welder writer deputy president chef guard requester"
)
# These are also names of software: a package manager, a Kubernetes operator, a queue's worker.
ALSO_MACHINES = words(
    "operator manager worker coordinator management group driver planner supervisor "
    "guard dispatcher leader"
)
MOSTLY_MACHINES = words("leader worker driver guard dispatcher")
WORDS_BEFORE_ROLES = words(
    "the a an our their this that one another new junior senior duty shift night-shift "
    "on-call release incident "
    "product project engineering account line change store plant console control-room "
    "human night day it "
    "team tech technical support network system systems single experienced inexperienced "
    "previous next inattentive careless tired untrained negligent sleepy distracted"
)
DEPARTMENTS = words(
    "Support Sales Operations Ops Security Engineering Marketing Legal Finance QA SRE "
    "DevOps IT Management "
    "Leadership Product Infrastructure Infra Staff Netops Procurement DBAs SREs"
)
# The same in chat, only at the start of a clause.
CHAT_DEPARTMENTS = words(
    "support sales infra security engineering marketing netops legal finance leadership"
)
# Names that are also words: only the capital letter makes the difference.
ALSO_WORDS = words(
    "will mark may bill grace rich art frank rob sue pat drew jack dean ray max dash "
    "page cliff hope joy faith dawn "
    "june april august rose lily ivy olive miles chase chance hunter mason carter cooper "
    "gene earl drake king young "
    "root admin test bot system user release deploy cache guest monitor"
)
# Names with the ending of a noun.
NAMES_LIKE_NOUNS = words(
    "blessing sterling irving ming ling jing ping ting ying xing bing ning qing clement "
    "constance lance florence terence laurence "
    "lawrence clarence charity felicity trinity prudence patience vance"
)
# Capitalized words that name nobody: what may open a sentence.
NOT_NAMES = words(
    "a an the this that these those it its there here what which when where while why "
    "how then after before "
    "because since if as at on in by for from to of and or but nor so yet not no nothing "
    "none one two three both "
    "either neither each every all some any many most few monday tuesday wednesday "
    "thursday friday saturday sunday "
    "january february march april may june july august september october november "
    "december today yesterday tomorrow "
    "his her my your our their he she we they you someone somebody nobody everyone who "
    "whoever whose "
    "action alarm alert alias api app application archive attempt audit backend backup "
    "batch branch broker browser "
    "bucket bug build cache call canary capacity certificate change check cleanup client "
    "cluster code command commit config console "
    "container controller cookie core credential cron customer daemon dashboard data "
    "database date default delete demo deploy dependency "
    "developer-portal device disk domain drive drone edge email error event exporter "
    "failover failure feature feed field file filter "
    "firewall firmware fix flag form frontend function gateway graph guest hardware "
    "header health heartbeat host hotfix human image import "
    "incident index instance invoice issue job key kernel lag latency library link "
    "linter load lock log login mail main maintenance "
    "manual master memory message metric middleware migration mirror mobile model module "
    "monitor network node notice order outage outcome "
    "packet page partition password patch path payment peer phone pipeline plugin pod "
    "policy pool port power primary probe process prod "
    "production product program prompt provider proxy quality query queue quota rack "
    "record region registry release replica report request "
    "response restart restore result retry retries rollback rollout root route router "
    "row rule runner schema script search secondary secret sensor "
    "server service session shard site software spike staging standby state step storage "
    "store stream switch system table task template "
    "tenant test thread throttle ticket timeout time token tool traffic trigger type "
    "update upgrade upload user vault-agent version view vm volume "
    "vpn watchdog web webhook website worker workflow zone root-cause cause summary "
    "impact lesson question answer note fact night morning "
    "sometimes maybe perhaps however therefore instead later earlier only even just also "
    "still again once never always often usually finally "
    "hey hi hello ok okay yes yep thanks thank please sorry great good nice well team "
    "teams people looks step steps five see "
    "did does do is was were are has had have can could should would might must let made "
    "europe asia america africa germany france india japan china"
)
# Software, companies, and the names that teams like to give their own services.
SYSTEM_NAMES = words(
    "airflow akamai alertmanager alpine amazon android ansible apache apollo appdynamics "
    "arango argo argus artifactory athena atlas auth "
    "aurora azure bamboo bazel beam bigquery bitbucket boundary bugsnag buildkite caddy "
    "calico capistrano cassandra celery ceph cerberus "
    "chef chrome chromium cilium circle clickhouse cloud cloudflare cloudfront "
    "cloudwatch cockroach concourse confluence consul coredns couchbase "
    "couch crowdstrike curl datadog debezium debian dependabot discord django docker "
    "dovecot drone dropbox druid dynamo dynatrace elastic elasticsearch "
    "envoy etcd exim express facebook falcon fastly figma firebase firefox flask flink "
    "fluentd flux flyway galera gerrit git github "
    "gitlab gluster gmail golang google gradle grafana graylog gunicorn hadoop hades "
    "haproxy harbor hasura hazelcast heimdall helm hermes heroku "
    "hibernate hive honeycomb hydra icinga influx ingress instana instagram intercom ios "
    "istio jaeger janus java jenkins jetty jira jupyter kafka karpenter "
    "keycloak keydb kibana kinesis kong kraken kube kubelet kubernetes kustomize lambda "
    "launchdarkly liquibase linkerd linux logstash loki longhorn "
    "looker lucene mariadb marathon maven memcached mercury merlin mesos metabase "
    "metallb microsoft mimir minio mongo mongodb mysql nagios neo neptune "
    "netlify nexus nginx nodejs nomad oauth odin okta open opensearch opsgenie oracle "
    "orion packer pagerduty patroni percona phoenix php pingdom "
    "pinot postfix poseidon postgres postgresql presto prometheus pulsar pulumi puma "
    "puppet python rabbit rabbitmq rails rancher "
    "raspberry react redis redshift renovate rook ruby rundeck rust salesforce salt "
    "samba scylla selenium sendgrid sentry sidekiq signoz skynet slack snowflake "
    "solr sonar sonarqube spanner spark spinnaker splunk spring sqlite squid statuspage "
    "stripe superset swarm teamcity telegraf tempo temporal "
    "terraform terragrunt thanos thor timescale titan tomcat traefik trino twilio "
    "twitter ubuntu unicorn unleash uvicorn vagrant varnish vault velero vercel vertica "
    "vitess vmware "
    "webpack windows wordpress xen yarn youtube zabbix zendesk zeus zipkin zookeeper "
    "zoom zuul relic actions lake pay search"
)

# Small words around names.
SUPPORTED = words("customer tech technical user it client")  # "customer support" means people
PREFIXES = words("re pre non auto multi cross self back on off roll fail time read write up down")
TITLES = words("team mr mr. mrs mrs. ms ms. dr dr. miss madam sir")
WORDS_AFTER_NAMES = words(
    "who not when while during in on at of and or for from to as by before after because "
    "with without had did was were running forgetting that we is are about"
)
WORDS_AFTER_HEADS = words(
    "who not while during in on at of for from to before after with without that we about here"
)
PREPOSITIONS = words("by of for from with to at on in via against about into")
OPENERS = words(
    "ugh yep yeah honestly so well ok okay sorry oh unbelievable apparently sadly "
    "frankly and but then or also again if had only because that when"
)
