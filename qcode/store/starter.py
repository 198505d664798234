"""The files of a new study, as `qcode init` writes them."""

from __future__ import annotations

from qcode.store.rendering import plain, quoted

GITIGNORE = ".qcode/\n"
GITATTRIBUTES = """\
# Line ends stay LF on every machine, so that a transcript is the same text for everybody.
cases/** text eol=lf
codebooks/** text eol=lf
qcode.yaml text eol=lf
"""

SETTINGS = """\
# Settings of this study. This file marks its root.
study: {name}
language: {language}            # of the labels shown in tables
codebook: codebooks/codebook.yaml
guides: codebooks/guides
coders: {{}}                # id: name, for everybody who codes, e.g.  anna: Anna
minimum_perspectives: 2   # a case counts as studied from this many perspectives interviewed
speakers:                 # names that open a turn without the two asterisks
  I: interviewer
  R: respondent
"""

CODEBOOK = """\
# The codebook. An id is what a coding refers to: letters, digits, - and _. Labels can change freely.
name: {name}
version: 1
language: {language}

# The dimensions of the tables, in the order in which they are shown.
phases:
- id: before
  label: Before
- id: during
  label: During
- id: after
  label: Afterwards
perspectives:
- id: participant
  label: Participant
- id: professional
  label: Professional
outcomes:
- id: succeeded
  label: Succeeded
- id: failed
  label: Did not succeed
valences:                 # what something did in this case, not whether it is good
- id: helping
  label: Helping
- id: hindering
  label: Hindering
- id: both
  label: Both

# Codes form a tree. A key is short, for typing. Say when to use a code, and when not.
codes:
- id: themes
  label: Themes
  codes:
  - id: contact
    key: T1
    label: Contact
    definition: How the people in this case come into contact and stay in contact.
    include: Meetings, calls, a fixed person to turn to, the lack of one.
    exclude: What they agree on; that is agreements.
    examples:
    - "She rang me every Friday, also when there was nothing to tell."
  - id: agreements
    key: T2
    label: Agreements
    definition: What the people in this case expect of one another and settle between them.
    examples:
    - "We said from the start that he would begin with two days."
- id: steps
  label: Turning points
  codes:
  - id: first-meeting
    key: S1
    label: First meeting
    definition: The moment at which the two sides meet for the first time.
    phase: before           # a coding of this code is about this phase, wherever it was said
    examples:
    - "I came in and he had already put the coffee on."
"""


def starter(name: str, language: str) -> dict[str, str]:
    """The files of a new study by path from its root; texts end in a newline."""
    return {
        "qcode.yaml": SETTINGS.format(name=quoted(name), language=plain(language)),
        "codebooks/codebook.yaml": CODEBOOK.format(name=quoted(name), language=plain(language)),
        ".gitignore": GITIGNORE,
        ".gitattributes": GITATTRIBUTES,
    }
