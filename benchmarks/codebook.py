"""How long changes of the codebook take: a rename, and the split of a much used code, which writes codings.

`python benchmarks/codebook.py [--cases N]` (2600 unless told otherwise). What `git add` and `git commit` take for the
same files stands beside the split. Nothing here passes or fails.
"""

from __future__ import annotations

import argparse
import tempfile
from collections import Counter
from pathlib import Path

import studies
from git import Work, report

WHY = ("--reason", "We said so.", "--by", "anna", "--date", "2019-09-12")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=2600)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="qcode-benchmark-") as folder:
        root = Path(folder)
        made = studies.make(root, given.cases)
        work = Work(root)
        (code, times), (other, _), *_ = Counter(coding.code for coding in made.codings).most_common()
        files = len({(c.case, c.transcript, c.coder) for c in made.codings if c.code == code})
        print(f"{given.cases} cases, {len(made.codings)} codings; {code}: {times} codings in {files} files\n")
        print(f"{'':34}{'clock':>10}{'processor':>13}")
        book = (*work.qcode, "codebook")
        report("qcode codebook show", work.timed(*book, "show"))
        report("… again", work.timed(*book, "show"))
        report("qcode codebook rename", work.timed(*book, "rename", other, "renamed", *WHY))
        report("qcode codebook diff", work.timed(*book, "diff"))
        report("qcode codebook log", work.timed(*book, "log"))
        split = (*book, "split", code, "--into", "one,two", "--where", "one=valence = helping", "--rest", "two", *WHY)
        report("qcode codebook split, dry run", work.timed(*split, "--dry-run"))
        report("qcode codebook split", work.timed(*split))
        report("git add, the same files", work.timed("git", "add", "-A"))
        report("git commit, the same files", work.timed("git", "commit", "-q", "--no-verify", "-m", "split"))
        report("qcode undo", work.timed(*work.qcode, "undo"))


if __name__ == "__main__":
    main()
