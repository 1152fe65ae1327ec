"""How hard a text is to read: its Flesch-Kincaid grade, and the words of its longest sentence.

Grade = 0.39 * words a sentence + 11.8 * syllables a word - 15.59. A heading, a label and an item of a list are a sentence
each, at least. Tables, addresses, codes and what is shorter than three words don't count.
"""

import os
import re
from dataclasses import dataclass
from html.parser import HTMLParser

GRADE_MOST = 6.0
WORDS_MOST = 25
BLOCKS = {"br", "button", "dd", "div", "dt", "form", "h1", "h2", "h3", "label", "legend", "li", "p", "summary"}
UNREAD = {"code", "script", "style", "svg", "table"}
WORD = re.compile(r"[A-Za-z0-9][\w'.-]*")
NOT_READ = re.compile(
    r"""\S+@\S+[^\s.] | \S+://\S+[^\s.] | www\.\S+       # addresses
    | (?<!\S)(?=[^\s]*\d)(?!\d{1,4}(?:[ap]m|%)?[\W]*(?!\S))[^\s.!?,]+    # codes, but neither numbers nor times
    | (?<!\S)[A-Z]{2}(?:\ \d\d){3}\ [A-D](?!\w)          # National Insurance numbers""",
    re.VERBOSE,
)
SENTENCE_ENDS = re.compile(r"(?<=[.!?])[”)]*\s+(?=[“(]?[A-Z0-9])")

# What the rules count wrong, of the words that the service uses.
SYLLABLES = {
    word: number
    for number, words in {
        1: "does goes loved moved these those used phones asked nhs qr reads",
        2: "being client colleague create device doing email every id people quiet reload seeing someone something uses",
        3: "created creating everything idea javascript however previous video",
        4: "everybody usually reality manually",
        5: "authenticator authenticators organisation organisations",
    }.items()
    for word in words.split()
}
SOUNDED = {"e": r"[^aeiouy]le$", "es": r"(?:[cgsxz]|ch|sh|[^aeiouy]l)es$", "ed": r"(?:[dt]|[^aeiouylr][lr])ed$"}
APART = re.compile(r"(?<![cgqst])i[aou](?!us)|(?<!q)(?<=.{2})eo(?!u)|u(?:al|ing|ous)|ying|sm$|eate")


def syllables(word):
    """About as many as are heard: groups of vowels, without an ending that is silent, and vowels that stand apart."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    if letters in SYLLABLES:
        return SYLLABLES[letters]
    negated = bool(re.search(r"[^aeiou]n't$", word.lower()))
    silent = next((one for one in ("es", "ed", "e") if letters.endswith(one)), "")
    if silent and re.search(rf"[^aeiou]{silent}$", letters) and not re.search(SOUNDED[silent], letters):
        letters = letters.removesuffix(silent)
    apart = len(APART.findall(letters)) if len(letters) > 4 else 0
    return max(1, len(re.findall(r"[aeiouy]+", letters)) + apart + negated)


def sentences(blocks):
    """The sentences that count, without what is not read as words."""
    kept = (" ".join(NOT_READ.sub(" ", block.replace("\u2019", "'")).split()) for block in blocks)
    return [one for block in kept if len(words(block)) > 2 for one in SENTENCE_ENDS.split(block) if words(one)]


def words(text):
    return WORD.findall(text)


def grade(found):
    read = [word for sentence in found for word in words(sentence)]
    if not read:
        return 0.0
    return round(0.39 * len(read) / len(found) + 11.8 * sum(map(syllables, read)) / len(read) - 15.59, 1)


@dataclass(frozen=True)
class Text:
    """A page or a mail, by its blocks."""

    blocks: tuple[str, ...]

    @property
    def faults(self):
        """What is too hard in it, in words; empty where nothing is."""
        found = sentences(self.blocks)
        hard = [f"grade {grade(found)}; hardest: {_hardest(found)}"] if grade(found) > GRADE_MOST else []
        return [*hard, *(f"over {WORDS_MOST} words: {one}" for one in found if len(words(one)) > WORDS_MOST)]


def _hardest(found):
    long = [one for one in found if len(words(one)) > 8]
    return max(long or found, key=lambda one: grade([one]))


class _Main(HTMLParser):
    def __init__(self):
        super().__init__()
        self.inside, self.unread, self.text = False, 0, []

    def handle_starttag(self, tag, attrs):
        self.inside |= tag == "main"
        self._between(tag, 1)

    def handle_endtag(self, tag):
        self.inside &= tag != "main"
        self._between(tag, -1)

    def _between(self, tag, step):
        self.unread += step * (tag in UNREAD)
        if tag in BLOCKS:
            self.text.append("\n")

    def handle_data(self, data):
        if self.inside and not self.unread:
            self.text.append(data.replace("\n", " "))


def page(html):
    """The text of a page's main part."""
    parser = _Main()
    parser.feed(html)
    return Text(tuple("".join(parser.text).split("\n")))


def mail(body):
    """The text of a mail: its paragraphs and the items of its lists. A fact (`Phone: …`) is no sentence."""
    blocks = re.split(r"\n\s*\n|\n(?=- )|\n(?=[A-Z][\w ]+: )", body)
    facts = re.compile(r"[A-Z][\w ]{1,30}:(?: \S+){1,6}\s*")
    return Text(tuple(block.strip("- \n") for block in blocks if not facts.fullmatch(block)))


SEEN = {}  # the text of each page that the run's tests have got, and the test that got it first
BARE = set()  # what each of them was read from: no text stands in an attribute, and a form's key is another each time
OURS = re.compile(rb'<body data-page="[\w-]+"')
MAIN = re.compile(rb"<main\b.*</main>", re.DOTALL)
ATTRIBUTES = re.compile(rb"<(\w+)\s[^>]*?(/?)>")


def see(response):
    """Keep the text of a page of the journey; the desk's have no name."""
    if not response.streaming and OURS.search(response.content):
        bare = ATTRIBUTES.sub(rb"<\1\2>", b"".join(MAIN.findall(response.content)))
        if bare not in BARE:
            BARE.add(bare)
            SEEN.setdefault(page(bare.decode()), os.environ.get("PYTEST_CURRENT_TEST", ""))
    return response


def hard():
    """What is too hard on the pages that were seen, each with the test that got it first."""
    return [f"{test}: {fault}" for text, test in SEEN.items() for fault in text.faults]
