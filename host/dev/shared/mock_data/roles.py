"""What a column is about, judged by the words of its name: English and German, snake_case and camelCase.

The first pattern that matches whole words wins; the order of the lists is therefore part of the judgement. A spec overrules it with
`like = "email"`.
"""

from __future__ import annotations

import re
from functools import cache

from .people import plain
from .shapes import Column

_TEXT = (
    ("email", r"e_?mail(_?add?ress?e?)?|mail(_?address)?"),
    ("username", r"user_?name|login(_?name)?|benutzer(name)?|nick_?name|(created|updated|modified|changed|approved)_by|user"),
    ("first_name", r"(first|given|fore|middle)_?name|fname|vorname|prenom"),
    ("last_name", r"(last|family|sur|birth)_?name|lname|nachname|familienname"),
    ("salutation", r"salutation|anrede|courtesy_title"),
    ("gender", r"gender|sex|geschlecht"),
    ("ipv6", r"ip_?v6(_?address)?"),
    ("ip", r"ip(_?(addr(ess)?|v4))?|(remote|client|host)_(addr|ip)"),
    ("mac", r"mac(_?addr(ess)?)?"),
    ("phone", r"\w*phone(_?(no|number|nr))?|(mobile|fax|cell)(_?(no|number|nr))?|tel|telefon\w*|handy\w*|msisdn"),
    ("address2", r"(address|addr|adresse)(_?line)?_?2|adresszusatz"),
    ("street", r"street(_?(address|name|line))?|(address|addr|adresse|anschrift)(_?line)?(_?1)?|\w*strasse"),
    ("house", r"house_?(no|nr|number)|hausnummer"),
    ("postcode", r"zip(_?code)?|post(al)?_?code|plz|postleitzahl|code_postal"),
    ("city", r"city(_?name)?|town|(wohn)?ort|stadt|ville|municipality"),
    ("country", r"country(_?(code|iso\d?|name))?|land|laendercode|iso_country|nation(ality)?|pays"),
    ("currency", r"currency(_?code)?|waehrung\w*|ccy|devise"),
    ("language", r"lang(uage)?(_?code)?|locale|sprache"),
    ("timezone", r"time_?zone|tz(one|_?name)?|zeitzone"),
    ("company", r"(company|firm|organi[sz]ation|supplier|vendor|merchant|carrier|airline|bank)(_?name)?|employer|firma|lieferant\w*"),
    ("product", r"(product|item|article|artikel|produkt)(_?(name|title|bezeichnung))?|bezeichnung"),
    (
        "full_name",
        r"(full|display|contact|customer|client|employee|owner|person|kunden|mitarbeiter|card_?holder)_?name"
        r"|contact(_person)?|customer|client|employee|owner|kunde|mitarbeiter|ansprechpartner|author|manager|assign(ed_to|ee)|reporter",
    ),
    ("delivery", r"(shipping|delivery|ship)_?(method|type|mode)|versandart"),
    ("payment", r"(payment|pay)_?(method|type)|method|zahlungsart"),
    ("priority", r"(\w+_)?(priority|prio(ritaet)?|severity|urgency)"),
    ("channel", r"(\w+_)?channel|kanal|medium"),
    ("unit", r"unit(_of_measure)?|uom|(mengen)?einheit"),
    ("size", r"size|groesse"),
    ("category", r"(sub_?)?category(_?name)?|kategorie|warengruppe|segment|genre|product_(group|line)"),
    ("brand", r"brand(_?name)?|manufacturer|make|hersteller|marke"),
    ("department", r"department(_?name)?|abteilung|dept|division|bereich"),
    ("job", r"job(_?title)?|profession|occupation|beruf"),
    ("colour", r"colou?r|farbe"),
    ("agent", r"user_?agent|browser"),
    ("url", r"\w*(url|uri)|link|web_?site|home_?page|href"),
    ("uuid", r"uu?id|guid|\w*(uuid|guid)|(correlation|request|session|trace)_?(id|key)"),
    ("hash", r"sha\d*|md5|\w*hash|checksum|digest|etag|fingerprint"),
    ("card", r"(card|cc|credit_?card)_?(no|nr|number)|kartennummer"),
    ("iban", r"iban"),
    ("status", r"\w*status|state|zustand|phase|stage"),
    ("region", r"\w*region|province|county|bundesland|kanton"),
    ("flag", r"\w*flag|is_\w+|has_\w+|active|enabled|deleted"),
    ("json", r"json|payload|meta_?data|attributes|properties|settings|options|extra"),
    ("comment", r"(\w+_)?(comments?|notes?|remarks?|message|memo|reason|instructions?)|bemerkung(en)?|notiz(en)?|kommentar|hinweis|text"),
    ("description", r"(\w+_)?(description|desc|summary|details?)|beschreibung|body|content|info"),
    ("date_text", r"(\w+_)?(date|time|day|timestamp|hour|at|on|datum|tag|zeit)"),
    ("type", r"(\w+_)?(type|kind|class|tier|level|channel|source|method|mode|priority|typ|art)"),
    ("bits", r"bits"),
    ("file", r"file(_?(name|path))?|path|datei(name)?|document"),
    (
        "code",
        r"\w*(code|number|nummer|_no|_nr)|sku|ean|gtin|isbn|upc|barcode|(\w+_)?(ref(erence)?|key|id)|\w*num|\w*plate"
        r"|nr|no|serial|kennzeichen|batch|lot",
    ),
    ("subject", r"title|titel|subject|betreff|headline"),
    ("name", r"(\w+_)?name|label"),
)
_NUMBER = (
    ("latitude", r"lat(itude)?|breitengrad"),
    ("longitude", r"lon(g(itude)?)?|lng|laengengrad"),
    ("year", r"(\w+_)?(year|jahr)|baujahr"),
    ("month", r"(\w+_)?(month|monat)"),
    ("weekday", r"week_?day|day_of_week|dow|wochentag"),
    ("day", r"(\w+_)?day(_of_month)?|tag"),
    ("hour", r"(\w+_)?(hour|stunde)"),
    ("flag", r"is_\w+|has_\w+|active|enabled|deleted|\w*flag|aktiv"),
    ("tax_rate", r"(tax|vat|mwst|ust|steuer)_?(rate|satz|percent|pct)|steuersatz"),
    ("percent", r"(\w+_)?(percent|pct|prozent|percentage)|discount_rate"),
    ("share", r"(\w+_)?(share|ratio|rate|probability|confidence|anteil|quote)"),
    ("tax", r"(\w+_)?(tax|vat|mwst|ust|steuer)(_?(amount|total|betrag))?"),
    ("discount", r"(\w+_)?(discount|rabatt)(_?(amount|total|betrag))?"),
    ("net", r"(\w+_)?(sub_?total|net|netto)(_?(amount|price|total|betrag|preis))?"),
    ("balance", r"(\w+_)?(balance|saldo|kontostand|limit|budget|revenue|umsatz|turnover|sales)"),
    ("salary", r"(\w+_)?(salary|gehalt|wage|income|lohn|einkommen)"),
    ("stock", r"(\w+_)?(stock|inventory|on_hand|bestand)(_\w+)?"),
    ("total", r"(\w+_)?(total|sum|summe|amount|betrag|gesamt\w*|gross|brutto|value|paid|due)(_\w+)?"),
    ("price", r"(\w+_)?(price|preis|cost|kosten|fee|gebuehr|charge|stueckpreis|einzelpreis)(_\w+)?"),
    ("quantity", r"(\w+_)?(quantity|qty|menge|anzahl|pieces|units|stueck(zahl)?|items)(_\w+)?"),
    ("count", r"(\w+_)?(count|counter|visits|views|clicks|attempts|seats|passengers|employees)|(num(ber)?|no)_of_\w+"),
    ("age", r"(\w+_)?(age|alter)"),
    ("rating", r"(\w+_)?(rating|stars|bewertung)"),
    ("score", r"(\w+_)?(score|points|punkte)"),
    ("weight", r"(\w+_)?(weight|gewicht|mass)(_\w+)?"),
    ("temperature", r"temp(erature)?(_\w+)?|temperatur"),
    ("distance", r"(\w+_)?(distance|length|width|height|depth|size|km|laenge|breite|hoehe|area|volume)(_\w+)?"),
    ("hours", r"(\w+_)?(hours|stunden)"),
    ("duration", r"(\w+_)?(duration|dauer|seconds|minutes|ms|elapsed|latency|delay|runtime)"),
    ("level", r"(\w+_)?(priority|prio|level|rank|severity|tier)"),
    ("position", r"(\w+_)?(pos(ition)?|line|zeile|seq(uence)?|sort(_?order)?|version|revision)(_?(no|nr|number))?|item_no"),
    ("number", r"\w*(number|nummer)|(\w+_)?(no|nr|code|id|key|sku|ref|account|konto)|plz|zip"),
)
_TIME = (
    ("birth", r"birth(_?(date|day))?|\w*_birth|dob|geb(urts)?(_?(datum|tag))?|geboren\w*"),
    ("due", r"(\w+_)?(due|deadline|expir\w*|renewal|faellig\w*|ablauf\w*)(_\w+)?|(\w+_)?valid_?(to|until|thru)|gueltig_bis"),
    ("paid", r"(\w+_)?(paid|payment|approved|confirmed|accepted|verified|activated|bezahlt|zahlung\w*)(_\w+)?"),
    ("shipped", r"(\w+_)?(shipp\w*|sent|dispatch\w*|processed|departure|dep|versand\w*|versendet\w*)(_\w+)?"),
    ("delivered", r"(\w+_)?(deliver\w*|received|arriv\w*|arr|liefer\w*|geliefert\w*)(_\w+)?"),
    (
        "changed",
        r"(\w+_)?(updated?|modified|modification|changed?|refreshed|synced|loaded|last_\w+"
        r"|geaendert\w*|aenderung\w*|aktualisiert\w*)(_\w+)?",
    ),
    ("deleted", r"(\w+_)?(deleted|removed|archived|discontinued|anonymi[sz]ed|geloescht\w*)(_\w+)?"),
    (
        "ended",
        r"(\w+_)?(end(ed)?|to|until|completed|closed|finished|cancel\w*|terminat\w*|leave|left|exit|resolved"
        r"|ende|bis|storniert\w*)(_\w+)?",
    ),
)
_BOOL = (
    ("mostly_false", r"(is_|has_)?(deleted|archived|cancelled|blocked|locked|test|fraud\w*|returned|expired|geloescht|gesperrt)"),
    ("mostly_true", r"(is_|has_)?(active|enabled|valid|verified|confirmed|visible|published|available|aktiv|gueltig|in_stock)"),
)
_LISTS = {
    **{"text": _TEXT, "bool": _BOOL},
    **dict.fromkeys(("int", "decimal", "float"), _NUMBER),
    **dict.fromkeys(("date", "datetime", "time"), _TIME),
}
ROLES = frozenset(role for roles in _LISTS.values() for role, _pattern in roles)
_PARTS = re.compile(
    r"(billing|bill_to|shipping|ship_to|delivery|invoice|home|work|office|sender|recipient|from|to|source|target|origin|destination"
    r"|manager|emergency|alt|liefer|rechnungs)_"
)
_STATE_OF_WORK = re.compile(r"order|job|task|ticket|payment|invoice|process|run|shipment|booking|auftrag|bestellung|rechnung")
_STATES = (
    ("status_payment", r"payment|invoice|zahlung|rechnung|transaction"),
    ("status_task", r"task|ticket|job|run|process|issue|project|aufgabe"),
    ("status_person", r"customer|user|account|member|employee|contact|subscri|kunde|mitarbeiter"),
)
_NAMES = (  # what `name` means in a table of that name
    ("product", r"product|item|article|artikel|produkt|goods"),
    (
        "company",
        r"compan|supplier|vendor|merchant|firm|partner|lieferant|account|organi[sz]ation|airline|carrier|manufacturer|bank|client|shop|store",
    ),
    ("city", r"cit(y|ies)|town|airport|station|location|ort"),
    ("country", r"countr|nation|laender"),
    ("delivery", r"(shipping|delivery|ship)_?(method|type|mode)|versandart"),
    ("payment", r"(payment|pay)_?(method|type)|method|zahlungsart"),
    ("priority", r"(\w+_)?(priority|prio(ritaet)?|severity|urgency)"),
    ("channel", r"(\w+_)?channel|kanal|medium"),
    ("unit", r"unit(_of_measure)?|uom|(mengen)?einheit"),
    ("size", r"size|groesse"),
    ("category", r"categor|kategorie"),
    ("department", r"department|abteilung|team"),
    (
        "full_name",
        r"customer|user|person|people|employee|contact|member|patient|passenger|driver|student|teacher|staff|author|kunde|mitarbeiter",
    ),
)


def words_of(name: str) -> str:
    """Write a name as words with underscores: `customerEMail`, `Kunden-Straße` as `customer_e_mail`, `kunden_strasse`."""
    split = re.sub(r"(?<=[a-zäöüß0-9])(?=[A-ZÄÖÜ])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return re.sub(r"[^a-z0-9]+", "_", plain(split.lower(), german=True)).strip("_")


def role_of(column: Column, table: str) -> tuple[str, str]:
    """Name what a column is about ("" where its name says nothing known), and whose: "billing" for `billing_city`."""
    words = words_of(column.name)
    part = found[1] if (found := _PARTS.match(words)) else ""
    if column.like:
        return column.like, part
    role = _matching(_LISTS.get(column.kind, ()), words)
    if role == "status" and words.endswith("state") and not _STATE_OF_WORK.search(f"{words_of(table)} {words}"):
        role = "region"
    return _by_table(role, words_of(table)), part


def _by_table(role: str, table: str) -> str:
    """What a word that many tables have means in this one."""
    if role == "status":
        return next((meant for meant, pattern in _STATES if re.search(pattern, table)), role)
    if role in ("name", "subject"):
        return next((meant for meant, pattern in _NAMES if re.search(pattern, table) and (role == "name" or meant == "product")), role)
    return role


def _matching(roles: tuple[tuple[str, str], ...], words: str) -> str:
    """The first role that the whole name matches, or the name without its first words: `customer_e_mail` as `e_mail`."""
    parts = words.split("_")
    endings = ["_".join(parts[place:]) for place in range(len(parts))]
    return next((role for role, pattern in roles if any(map(_compiled(pattern).fullmatch, endings))), "")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(f"(?:{pattern})")
