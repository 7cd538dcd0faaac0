"""Short reviews as posts of our own format: each film a channel, each writer an account."""

import gzip
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

READER = "film:reader"
"""The person who asks."""

Review = dict[str, str]


def read_reviews(path: Path) -> Iterator[Review]:
    """The reviews of a file: `review`, `author`, `movie_id`, `date`, `review_id` on each line."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def post_of(review: Review) -> dict[str, Any]:
    """A review as a post."""
    year, month, day = review["date"].split(".")
    return {
        "type": "post",
        "id": f"film:r{review['review_id']}",
        "channel": f"film:{review['movie_id']}",
        "account": f"film:{review['author']}",
        "text": review["review"],
        "created": f"20{year}-{month}-{day}T00:00:00Z",
    }


def write_posts(reviews: Iterable[Review], target: Path) -> list[str]:
    """The reviews as JSON lines, with who asks and the places that they need; returns their texts."""
    texts, seen = [], set()
    with target.open("w", encoding="utf-8") as out:
        out.write(json.dumps({"type": "person", "id": READER, "name": "Reader"}) + "\n")
        for review in reviews:
            for record in _places(review):
                if record["id"] not in seen:
                    seen.add(record["id"])
                    out.write(json.dumps(record) + "\n")
            out.write(json.dumps(post_of(review), ensure_ascii=False) + "\n")
            texts.append(review["review"])
    return texts


def _places(review: Review) -> tuple[dict[str, str], dict[str, str]]:
    film, author = review["movie_id"], review["author"]
    return (
        {"type": "channel", "id": f"film:{film}", "network": "film", "name": film},
        {"type": "account", "id": f"film:{author}", "network": "film", "handle": author},
    )
