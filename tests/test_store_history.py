"""What changed, compactly, and so that the old value can be had back."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from harvester.store.history import changes, difference

_paragraphs = st.lists(st.sampled_from(["a", "b", "c", "a b", "…"]), min_size=1, max_size=12)


def undone(new: list[str], diff: list[list[Any]]) -> list[str]:
    """The old parts, out of the new ones and the difference."""
    old = list(new)
    for start, removed, added in diff:
        assert old[start : start + len(added)] == added
        old[start : start + len(added)] = removed
    return old


@given(_paragraphs, _paragraphs)
def test_the_old_text_can_be_had_back(old: list[str], new: list[str]) -> None:
    assert undone(new, difference("\n\n".join(old), "\n\n".join(new))) == old


@given(_paragraphs, _paragraphs)
def test_the_old_html_can_be_had_back(old: list[str], new: list[str]) -> None:
    before, after = ([f"<p>{part}</p>" for part in parts] for parts in (old, new))
    assert undone(after, difference("".join(before), "".join(after), "html")) == before


def test_only_what_changed_is_kept() -> None:
    text = [f"Paragraph {number}." for number in range(1000)]
    changed = [*text[:500], "Another one.", *text[501:]]
    found = changes({"text": "\n\n".join(text), "title": "A"}, {"text": "\n\n".join(changed), "title": "A"})
    assert found == {"text": {"diff": [[500, ["Paragraph 500."], ["Another one."]]]}}


def test_versions_in_other_languages_are_compared_one_by_one() -> None:
    german = {"position": 0, "language": "de", "label": "German", "text": "Eins.\n\nZwei.", "html": None}
    better = german | {"text": "Eins.\n\nDrei."}
    french = {"position": 1, "language": "fr", "label": "French", "text": "Un.", "html": None}
    assert changes({"texts": [german]}, {"texts": [better, french]}) == {
        "texts.0.text": {"diff": [[1, ["Zwei."], ["Drei."]]]},
        "texts.1": {"old": None, "new": french},
    }


def test_texts_without_anything_in_common_cost_no_more_than_they_are_long() -> None:
    old, new = ("\n\n".join(f"{word} {n}" for n in range(20_000)) for word in ("old", "new"))
    assert len(difference(old, new)) == 1


def test_missing_and_empty_are_the_same() -> None:
    assert changes({"places": [], "summary": None}, {"places": None, "summary": None}) == {}
