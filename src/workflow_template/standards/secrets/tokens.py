"""Read what its own form betrays: issued tokens, private keys, logins in headers."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from workflow_template.standards.secrets.claims import Claim
from workflow_template.standards.secrets.lines import Line
from workflow_template.standards.secrets.needles import Why
from workflow_template.standards.secrets.patterns import Lazy, words
from workflow_template.standards.secrets.values import Grade, decoded, entropy, grade, stands_for

FORMS = (
    ("GitHub token", "gh", r"gh[opusr]_[A-Za-z0-9]{36,}"),
    ("GitHub token", "github_pat_", r"github_pat_\w{40,}"),
    ("GitLab token", "gl", r"gl(?:pat|ptt|dt|rt|cbt|soat|ft|imt|agent)-[\w-]{20,}"),
    ("Slack token", "xox", r"xox[abeoprs]-[\w-]{10,}"),
    ("Slack token", "xapp-", r"xapp-\d-[\w-]{20,}"),
    ("Slack webhook", "hooks.slack.com/", r"(?<=hooks\.slack\.com/)(?:services|workflows)/T\w+/B?\w+/\w{16,}"),
    ("Teams webhook", "webhook.office.com/", r"(?<=webhook\.office\.com/)webhookb2/[\w@/-]{60,}"),
    ("AWS key", "AKIA", r"(?<![A-Z0-9])AKIA[A-Z0-9]{16}(?![A-Z0-9])"),
    ("AWS key", "ASIA", r"(?<![A-Z0-9])ASIA[A-Z0-9]{16}(?![A-Z0-9])"),
    ("Google key", "AIza", r"AIza[\w-]{35}"),
    ("Google token", "ya29.", r"ya29\.[\w-]{20,}"),
    ("Google client secret", "GOCSPX-", r"GOCSPX-[\w-]{20,}"),
    ("Stripe key", "k_live_", r"[sr]k_live_[A-Za-z0-9]{16,}"),
    ("Stripe key", "k_test_", r"[sr]k_test_[A-Za-z0-9]{20,}"),
    ("Stripe webhook secret", "whsec_", r"whsec_[A-Za-z0-9+/=]{20,}"),
    ("SendGrid key", "SG.", r"SG\.[\w-]{16,32}\.[\w-]{16,64}"),
    ("Twilio key", "SK", r"(?<![A-Za-z0-9])SK[0-9a-f]{32}(?![0-9a-f])"),
    ("npm token", "npm_", r"npm_[A-Za-z0-9]{36}"),
    ("PyPI token", "pypi-", r"pypi-[\w-]{40,}"),
    ("Databricks token", "dapi", r"(?<![A-Za-z0-9])dapi[0-9a-f]{32}(?:-\d)?"),
    ("OpenAI or Anthropic key", "sk-", r"(?<!sha256=)(?<![A-Za-z0-9-])sk-(?:(?:ant|proj|svcacct|admin|or|lf)-)?[\w-]{20,}"),
    ("Hugging Face token", "hf_", r"(?<!\w)hf_[A-Za-z0-9]{30,}"),
    ("Telegram token", ":AA", r"(?<!\d)\d{8,10}:AA[\w-]{32,34}"),
    ("Discord webhook", "discord", r"(?<=/webhooks/)\d{17,20}/[\w-]{50,}"),
    ("Discord token", ".", r"(?<![\w.])[MNO][A-Za-z\d_-]{23,27}\.[\w-]{6}\.[\w-]{27,40}(?![\w.])"),
    ("Shopify token", "shp", r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}"),
    ("DigitalOcean token", "do", r"do[opr]_v1_[0-9a-f]{64}"),
    ("Vault token", "hv", r"hv[sbr]\.[\w-]{24,}"),
    ("Vault token", "s.", r"(?<![\w.])s\.[A-Za-z0-9]{24}(?!\w)"),
    ("Doppler token", "dp.", r"dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{40,}"),
    ("Grafana token", "glsa_", r"glsa_\w{32,}"),
    ("Grafana token", "glc_", r"glc_[A-Za-z0-9+/=]{32,}"),
    ("Linear key", "lin_api_", r"lin_api_\w{32,}"),
    ("Notion token", "ntn_", r"(?<!\w)ntn_[A-Za-z0-9]{40,}"),
    ("Postman key", "PMAK-", r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}"),
    ("Atlassian token", "ATATT3", r"ATATT3[\w=-]{20,}"),
    ("Square token", "sq0", r"sq0(?:atp|csp)-[\w-]{22,}"),
    ("Square token", "EAAA", r"(?<![\w/+])EAAA[\w-]{60}(?![\w/+])"),
    ("Facebook token", "EAAC", r"(?<![\w/+])EAAC\w{40,}(?![/+])"),
    ("New Relic key", "NRAK-", r"NRAK-[A-Z0-9]{27}"),
    ("New Relic key", "NRAL", r"(?<![0-9a-fA-F])[0-9a-f]{36}NRAL(?!\w)"),
    ("Mailgun key", "key-", r"(?<![\w-])key-[0-9a-f]{32}(?![0-9a-f])"),
    ("Mailchimp key", "-us", r"(?<![0-9a-f])[0-9a-f]{32}-us\d{1,2}(?!\w)"),
    ("Docker token", "dckr_", r"dckr_(?:pat|oat)_[\w-]{20,}"),
    ("Terraform token", ".atlasv1.", r"[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,}"),
    ("age key", "AGE-SECRET-KEY-1", r"AGE-SECRET-KEY-1[A-Z0-9]{50,}"),
    ("dbt token", "dbt", r"(?<!\w)dbt[csu]_[\w=-]{30,}"),
    ("Pulumi token", "pul-", r"(?<!\w)pul-[0-9a-f]{40}"),
    ("Prefect key", "pnu_", r"(?<!\w)pn[ub]_[A-Za-z0-9]{36}"),
    ("Fly token", "fo1_", r"(?<!\w)fo1_[\w-]{40,}"),
    ("Airtable token", "pat", r"(?<!\w)pat[A-Za-z0-9]{14}\.[0-9a-f]{64}"),
    ("Heroku key", "HRKU-", r"HRKU-[\w-]{36,}"),
    ("Groq key", "gsk_", r"(?<!\w)gsk_[A-Za-z0-9]{40,}"),
    ("Dynatrace token", "dt0c01.", r"dt0c01\.[A-Z0-9]{24}\.[A-Z0-9]{64}"),
    ("Perplexity key", "pplx-", r"pplx-[A-Za-z0-9]{40,}"),
    ("Replicate token", "r8_", r"(?<!\w)r8_[A-Za-z0-9]{37}"),
    ("Figma token", "figd_", r"figd_[\w-]{40,}"),
    ("Sentry token", "sntry", r"sntry[su]_[\w+/=-]{40,}"),
    ("Azure storage key", "AccountKey=", r"(?<=AccountKey=)[A-Za-z0-9+/]{40,}={0,2}"),
    ("Azure access key", "SharedAccessKey=", r"(?<=SharedAccessKey=)[A-Za-z0-9+/]{40,}={0,2}"),
    ("Azure client secret", "8Q~", r"(?<![\w~.-])[\w~.-]{3}8Q~[\w~.-]{31,34}(?![\w~.-])"),
    ("Mapbox token", "k.eyJ", r"(?<!\w)[st]k\.eyJ[\w-]{20,}\.[\w-]{20,}"),
    ("JSON web token", "eyJ", r"eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}"),
)
_PRIVATE = Lazy(r"-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_BODY = Lazy(r"(?:\s|\\n|\\r|[\"'+|\\]|(?:Proc-Type|DEK-Info|Version|Comment):[^\n\\:]{0,80}){1,60}([A-Za-z0-9+/=]{24,})")
_PUTTY = Lazy(r"(?m)^Private-Lines: \d+\r?$")
_HEADER = Lazy(
    r"(?i)(?:\b(?:basic|bearer)[ +:=]{1,3}[\"']?|(?<=[\"'])(?:token|apikey|api-key|key) (?=[\w./+=-]{20,200}[\"'])"
    r"|\bauthorization[\"']?\s{0,3}[:=,]\s{0,3}[\"']?(?:[\w-]{2,12}[ =])?)"
    r"(?P<value>[A-Za-z0-9+/=_.~-]{8,})"
)
_KNOWN = (
    "Eby8vdM02xNO", "SflKxwRJSMeKKF2QT4", "TJVA95OrM7E2cBab30RM", "eyJzdWIiOiIxMjM0NTY3ODkw", "IjEyMzQ1Njc4OTAi", "4eC39HqLyjWDarj",
    "wJalrXUtnFEMI", "C2y6yDjf5/R+ob0N8A7C",
    "2b7e151628aed2a6abf7158809cf4f3c", "8e73b0f7da0e6452c810f32b809079e5", "603deb1015ca71be2b73aef0857d7781",  # FIPS 197
    "000102030405060708090a0b0c0d0e0f",
)  # fmt: skip
_STAND_INS = words("example xxxx fake dummy 123456789 abcdefgh 000000 your redacted placeholder sample test-token notreal invalid <")


@functools.cache
def _form(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def read_tokens(line: Line) -> Iterator[Claim]:
    """Claim what looks issued, whatever its name."""
    if line.why & (Why.SHAPE | Why.NAME):
        for kind, mark, pattern in FORMS:
            if mark in line.text:
                yield from (
                    Claim(line.start + found.start(), found[0], kind, sure=_is_issued(found[0]))
                    for found in _form(pattern).finditer(line.text)
                )
    if any(scheme in line.lower for scheme in ("basic", "bearer", "authorization", '"token ', "'token ", '"apikey ', "'apikey ")):
        for found in _HEADER().finditer(line.text):
            yield from _header(line, found)


def private_keys(path: str, text: str) -> Iterator[Claim]:
    """Claim private keys that are followed by what is in them; a mark alone is looked for by programs."""
    for found in _PRIVATE().finditer(text) if "PRIVATE KEY" in text else ():
        body = _BODY().match(text, found.end(), found.end() + 1000)
        if body and len(set(body[1])) > 8 and "example" not in body[1].lower():
            yield Claim(found.start(), body[1], "private key", sure=True)
    if path.endswith(".ppk") or text.startswith("PuTTY-User-Key"):
        for found in _PUTTY().finditer(text):
            yield Claim(found.start(), found[0], "private key", sure=True)


def _is_issued(value: str) -> bool:
    low = value.lower()
    if known_example(value) or any(stand_in in low for stand_in in _STAND_INS):
        return False
    return entropy(value) > 2.9 and (any(sign.isdigit() for sign in value) or (value[8:].isalpha() and entropy(value) > 3.8))


def known_example(value: str) -> bool:
    """Whether a manual has printed this very key for everybody."""
    return any(known in value for known in _KNOWN)


def _header(line: Line, found: re.Match[str]) -> Iterator[Claim]:
    value = found["value"]
    user, sign, password = decoded(value).partition(":")
    if user and sign:
        sure = bool(password) and (grade(password) > Grade.NONE or not stands_for(password)) and not stands_for(f"{user}{password}")
        yield Claim(line.start + found.start("value"), value, "user and password", Grade.NEVER, sure=sure)
    elif len(value) >= 16:
        yield Claim(line.start + found.start("value"), value, "token or key", Grade.RANDOM)
