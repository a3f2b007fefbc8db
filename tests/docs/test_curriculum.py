"""Every item of the curriculum, chapter by chapter: what is answered, and what is missing."""

from collections import Counter

from .site import chapters_in_nav, items, pages

ENOUGH = 120  # letters; what is shorter is no answer


def answers():
    """The items answered on each chapter's page, with the length of the answer."""
    return {url.rstrip("/"): page.answers for url, page in pages().items() if page.answers}


def missing(listed, done, answered):
    """The items of chapters that are listed as done and that no element answers.

    Args:
        listed: rows with "id" and "chapter"; done: chapters; answered: chapter -> {item: length}.
    """
    return [
        f"{row['chapter']}: {row['id']}"
        for row in listed
        if row["chapter"] in done
        and answered.get(row["chapter"], {}).get(row["id"], 0) < ENOUGH
    ]


def test_a_missing_item_would_be_found():
    listed = [{"id": "A-1", "chapter": "part/one"}, {"id": "A-2", "chapter": "part/one"}]
    assert missing(listed, {"part/one"}, {"part/one": {"A-1": 500}}) == ["part/one: A-2"]
    assert missing(listed, {"part/one"}, {"part/one": {"A-1": 500, "A-2": 7}}) == [
        "part/one: A-2"
    ]
    assert missing(listed, {"part/one"}, {"part/two": {"A-1": 500, "A-2": 500}})
    assert not missing(listed, set(), {})


def test_the_list_is_whole():
    assert len(items()) == 578
    assert len({row["id"] for row in items()}) == 578
    kinds = Counter(row["kind"] for row in items())
    questions = kinds["question"] + kinds["observation"]
    assert (questions, kinds["project"], kinds["topic"], kinds["guide"], kinds["app"]) == (
        363,
        31,
        171,
        10,
        3,
    )
    assert {row["state"] for row in items()} <= {"answered", "planned"}


def test_no_chapter_that_is_listed_as_done_misses_an_item():
    done = chapters_in_nav()
    table = ["", f"{'chapter':36}{'items':>7}{'answered':>10}{'missing':>9}"]
    gone = missing(items(), done, answers())
    for chapter in sorted({row["chapter"] for row in items()}):
        count = sum(row["chapter"] == chapter for row in items())
        left = (
            sum(name.startswith(f"{chapter}:") for name in gone) if chapter in done else count
        )
        table.append(f"{chapter:36}{count:>7}{count - left:>10}{left:>9}")
    print("\n".join(table))
    assert not gone, "listed as done, and not answered: " + ", ".join(gone)


def test_the_states_say_what_the_pages_hold():
    answered = {item for page in answers().values() for item in page}
    stated = {row["id"] for row in items() if row["state"] == "answered"}
    assert answered == stated


def test_no_page_answers_an_item_that_is_not_listed_or_not_its_own():
    home = {row["id"]: row["chapter"] for row in items()}
    strangers = [
        f"{page}: {item}"
        for page, found in answers().items()
        for item in found
        if home.get(item) != page
    ]
    assert not strangers
