"""The option sets of the golden outputs, in the reference's own names.

`group` says how many of the texts make up the contexts of one case; `joined` texts are first glued together with line
feeds, so that a context takes several chunks. Sets with `every` run on every so many texts only.
"""

OPTION_SETS: list[dict] = [
    {"id": "half", "options": {"rate": 0.5}},
    {"id": "third", "options": {"rate": 0.33}},
    {"id": "tenth-first", "options": {"rate": 0.1, "token_to_word": "first"}},
    {"id": "most", "options": {"rate": 0.85, "token_to_word": "first"}},
    {"id": "all", "options": {"rate": 1.0}},
    {"id": "target-40", "options": {"target_token": 40}},
    {"id": "force", "options": {"rate": 0.4, "force_tokens": ["?", "the", "s", "。"]}},
    {"id": "digits", "options": {"rate": 0.3, "force_reserve_digit": True}},
    {
        "id": "consecutive",
        "options": {"rate": 0.35, "force_tokens": [".", ",", ":"], "drop_consecutive": True},
    },
    {
        "id": "newlines",
        "options": {"rate": 0.45, "force_tokens": ["\n", "?", "!"], "drop_consecutive": True},
    },
    {"id": "phrases", "options": {"rate": 0.5, "force_tokens": ["for example", "e.g.", "because"]}},
    {"id": "long", "every": 4, "joined": 6, "options": {"rate": 0.5}},
    {"id": "long-ends", "every": 4, "joined": 6, "options": {"rate": 0.6, "chunk_end_tokens": ["?", "!", ";"]}},
    {
        "id": "long-newlines", "every": 4,
        "joined": 6,
        "options": {"rate": 0.4, "force_tokens": ["\n"], "chunk_end_tokens": ["\n"]},
    },
    {"id": "contexts", "every": 4, "group": 4, "options": {"rate": 0.5, "use_context_level_filter": True}},
    {"id": "contexts-target", "every": 4, "group": 4, "options": {"target_token": 120, "use_context_level_filter": True}},
    {
        "id": "contexts-two", "every": 4,
        "group": 5,
        "options": {"rate": 0.6, "use_context_level_filter": True, "target_context": 2, "force_context_ids": [3]},
    },
    {
        "id": "contexts-rate", "every": 4,
        "group": 5,
        "options": {
            "rate": 0.7,
            "use_context_level_filter": True,
            "context_level_rate": 0.5,
            "force_reserve_digit": True,
        },
    },
    {
        "id": "contexts-tokens", "every": 4,
        "group": 4,
        "options": {"target_token": 90, "use_context_level_filter": True, "context_level_target_token": 260},
    },
    {
        "id": "contexts-whole", "every": 4,
        "group": 4,
        "options": {"rate": 0.5, "use_context_level_filter": True, "use_token_level_filter": False},
    },
    {"id": "contexts-unfiltered", "group": 3, "options": {"target_token": 150}},
]


def contexts_of(texts: list[str], index: int, option_set: dict) -> list[str]:
    """The contexts of one case: the text itself, or the texts from it on, around the corner."""

    def following(count: int) -> list[str]:
        return [texts[(index + place) % len(texts)] for place in range(count)]

    if "joined" in option_set:
        return ["\n".join(following(option_set["joined"]))]
    return following(option_set.get("group", 1))
