import json, os, sys

URL, KEY, HOME = os.environ["NERIUM_URL"], os.environ["NERIUM_KEY"], os.environ["NERIUM_HOME"]


def answer(value):
    """Hands a value to the test."""
    with open(os.environ["ANSWER"], "w") as out:
        json.dump(value, out, default=str)
