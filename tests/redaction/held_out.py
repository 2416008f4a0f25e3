"""Contexts written after the rules were frozen, to measure recall on contexts the rules weren't made for."""

from tests.redaction.contexts import Context, address, around, as_json, field
from tests.redaction.shapes import Kind, Planted


def as_dict(kind: Kind, name: str, planted: Planted) -> Planted | None:
    put = as_json(kind, name, planted)
    return put and Planted(put.text.replace('"', "'"), put.secret)


CONTEXTS: dict[str, Context] = {
    "greeting before": around(
        "morning all! so this is what is in the file: ", " -- can somebody look?", one_line=True
    ),
    "brackets": around("(", ")", one_line=True),
    "end of sentence": around("it is in the log as ", ".", one_line=True),
    "bold code": around("*`", "`*", one_line=True),
    "Slack quote": around("&gt; ", "\n&gt; so there", one_line=True),
    "struck out": around("~", "~", one_line=True),
    "log line": field("2026-03-10T14:02:11Z ERROR config loaded @n=@v retries=3"),
    "structured log": field('level=error msg="loaded" @n="@v"'),
    "Python dict": as_dict,
    "shell set": field('set -x; @n="@v"; run'),
    "Docker": field("docker run -e @n=@v -p 80:80 app"),
    "Dockerfile": field("FROM alpine\nENV @n=@v\nRUN make"),
    "Terraform": field('  @n = "@v"'),
    "Helm": field("helm upgrade x ./x --set @n=@v --wait"),
    "HTTP header": field("GET / HTTP/1.1\nHost: x\n@n: @v\nAccept: */*"),
    "INI": field("[db]\n@n=@v\nhost=db1"),
    "Windows": field("set @n=@v"),
    "PowerShell": field('$env:@n = "@v"'),
    "URL fragment": address("https://app.example.com/cb#@n=@v"),
    "two addresses": address("a https://x.example.com/?@n=@v b https://y.example.com/?@n=@v"),
    "bullet": around("- ", "\n- next", one_line=True),
    "numbered": around("1) ", "\n2) next", one_line=True),
    "code fence with language": around("```yaml\n", "\n```"),
    "many lines": around("line one\nline two\n\n", "\n\nline five\nline six"),
}
