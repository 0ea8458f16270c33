"""Tests of requirements.txt: everything that pip installs is known by its checksum.

python3 environment/test/requirements_test.py
"""

import re
import unittest
from pathlib import Path

ENVIRONMENT = Path(__file__).resolve().parent.parent


def requirements(name):
    """Name, version and the rest of each requirement, with continued lines as one."""
    text = (ENVIRONMENT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    return [re.fullmatch(r"([A-Za-z0-9_.-]+)==(\S+)(.*)", line) for line in lines if not line.startswith("--")]


class RequirementsTest(unittest.TestCase):
    def test_every_file_has_a_checksum(self):
        locked = requirements("requirements.txt")
        self.assertNotIn(None, locked)
        self.assertGreater(len(locked), 90)
        for requirement in locked:
            self.assertRegex(requirement[3], r"--hash=sha256:[0-9a-f]{64}", requirement[1])

    def test_what_is_asked_for_is_there_in_that_version(self):
        locked = {(r[1].replace("_", "-"), r[2]) for r in requirements("requirements.txt")}
        for requirement in requirements("requirements.in"):
            self.assertIn((requirement[1].replace("_", "-"), requirement[2]), locked)

    def test_files_are_taken_as_they_are_and_from_no_named_place(self):
        text = (ENVIRONMENT / "requirements.txt").read_text(encoding="utf-8")
        self.assertIn("\n--only-binary :all:\n", text)
        self.assertNotIn("://", text)


if __name__ == "__main__":
    unittest.main()
