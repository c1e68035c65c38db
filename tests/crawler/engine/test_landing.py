"""Landing segments: whole batches, renamed when whole, nothing lost when the disk is full or the process is killed."""

from __future__ import annotations

import errno
import json
import os
import resource
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import (
    Absence,
    Format,
    Media,
    Metrics,
    MissingReason,
    Outcome,
    Platform,
    Post,
    PostList,
    Precision,
    Profile,
    SitePage,
    Visit,
)
from crawler.landing import Envelope, LandingError, LandingWriter, encode_line, items_lines, utc_text, visit_line

ROOT = Path(__file__).parents[3]
MOMENT = datetime(2026, 11, 22, 6, 0, 1, 500_000, tzinfo=UTC)
ENVELOPE = Envelope(
    crawl_id="c",
    observed_at=MOMENT,
    account_key="https://m.example/@mill",
    platform=Platform.MASTODON,
    host="m.example",
)
POST = Post(
    platform=Platform.MASTODON,
    host="m.example",
    native_id="7",
    account="mill@m.example",
    format=Format.IMAGE,
    text="Brot & “Butter”\nzwei",
    published_at=MOMENT.astimezone(timezone(timedelta(hours=2))),
    published_precision=Precision.SECOND,
    media=(Media(kind="image", url="https://m.example/a.png", alt_text=""),),
    hashtags=("Bread",),
    metrics=Metrics(like_count=0, missing={"view_count": MissingReason.NOT_PUBLIC}),
)


def records(lines: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.splitlines()]


def test_one_page_becomes_records_in_the_contracts_names() -> None:
    items = PostList(
        posts=(POST,),
        profile=Profile(platform=Platform.MASTODON, host="m.example", handle="mill@m.example", follower_count=3),
        absences=(Absence(platform=Platform.MASTODON, host="m.example", native_id="6", kind="gone", status=404),),
        site_pages=(SitePage(host="m.example", url="https://m.example/", kind="home", og={"title": "Mill"}),),
    )
    profile, post, metrics, absence, site = records(items_lines(items, ENVELOPE))
    assert [each["record"] for each in (profile, post, metrics, absence)] == ["profile", "post", "metrics", "absence"]
    assert (site["record"], site["kind"], site["og"]) == ("site", "home", {"title": "Mill"})
    assert not {"card", "title", "feed_urls"} & site.keys()
    assert post["published_at"] == "2026-11-22T06:00:01.500000Z"
    assert post["media"] == [{"kind": "image", "url": "https://m.example/a.png", "alt_text": ""}]
    assert "title" not in post
    assert "metrics" not in post
    assert (metrics["native_id"], metrics["like_count"], metrics["missing"]) == ("7", 0, {"view_count": "not_public"})
    assert metrics["observed_at"] == post["observed_at"]
    assert "view_count" not in metrics
    assert absence["status"] == 404
    for each in (profile, post, metrics, absence, site):
        assert {"crawl_id", "observed_at", "source", "account_key", "platform", "host"} <= each.keys()


def test_a_visit_record() -> None:
    (found,) = records(visit_line(Visit(outcome=Outcome.COMPLETE, message="Saw 1 post.", post_count=1), ENVELOPE))
    assert (found["outcome"], found["post_count"], found["is_cut"]) == ("complete", 1, False)
    assert "reason" not in found


@given(st.text(), st.floats(allow_nan=False, allow_infinity=False))
def test_every_text_fits_on_one_line(text: str, number: float) -> None:
    line = encode_line({"text": text, "number": number})
    assert line.count(b"\n") == 1
    # lone surrogates cannot be written and become "?"; everything else comes back
    assert json.loads(line)["text"] == text.encode("utf-8", "replace").decode()


@given(st.text(alphabet=st.characters(categories=["Cs"]), min_size=1))
def test_lone_surrogates_do_not_stop_a_crawl(text: str) -> None:
    assert json.loads(encode_line({"text": text}))["text"] == "?" * len(text)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        utc_text(datetime(2026, 1, 1))  # noqa: DTZ001 - the mistake under test


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "c").iterdir())


def test_a_segment_is_renamed_at_its_number_of_records(tmp_path: Path) -> None:
    with LandingWriter(tmp_path, "c", max_records=4) as writer:
        writer.write(b"{}\n" * 3)
        assert names(tmp_path) == ["crawl-0001.jsonl.part"]
        # a batch is never split, so the segment may hold more
        writer.write(b"{}\n" * 3)
        assert names(tmp_path) == ["crawl-0001.jsonl"]
        writer.write(b"{}\n")
        assert names(tmp_path) == ["crawl-0001.jsonl", "crawl-0002.jsonl.part"]
    assert names(tmp_path) == ["crawl-0001.jsonl", "crawl-0002.jsonl"]
    assert writer.record_count == 7


def test_a_segment_is_renamed_at_its_age(tmp_path: Path) -> None:
    clock = Clock()
    with LandingWriter(tmp_path, "c", max_age_seconds=10, clock=clock) as writer:
        writer.write(b"{}\n")
        clock.seconds = 9.9
        writer.rotate_if_old()
        assert names(tmp_path) == ["crawl-0001.jsonl.part"]
        clock.seconds = 10
        writer.rotate_if_old()
        assert names(tmp_path) == ["crawl-0001.jsonl"]


def test_a_second_writer_overwrites_nothing(tmp_path: Path) -> None:
    first = LandingWriter(tmp_path, "c")
    first.write(b'{"a":1}\n')
    with LandingWriter(tmp_path, "c") as second:
        second.write(b'{"b":1}\n')
    first.close()
    assert names(tmp_path) == ["crawl-0001.jsonl", "crawl-0002.jsonl"]
    assert (tmp_path / "c" / "crawl-0001.jsonl").read_bytes() == b'{"a":1}\n'


def test_nothing_written_leaves_no_file(tmp_path: Path) -> None:
    with LandingWriter(tmp_path, "c"):
        pass
    assert not (tmp_path / "c").exists()


def test_a_full_disk_is_one_sentence_and_ends_before_the_batch(tmp_path: Path) -> None:
    with LandingWriter(tmp_path, "c") as writer:
        writer.write(b'{"kept":true}\n')
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
        try:
            with pytest.raises(LandingError) as error:
                writer.write(b'{"lost":"' + b"x" * 5_000 + b'"}\n')
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
            signal.signal(signal.SIGXFSZ, ignored)
        writer.write(b'{"after":true}\n')
    assert "crawl-0001.jsonl.part" in str(error.value)
    assert os.strerror(errno.EFBIG) in str(error.value)
    assert (tmp_path / "c" / "crawl-0001.jsonl").read_bytes() == b'{"kept":true}\n{"after":true}\n'


_ENDLESS = """
import sys
from pathlib import Path
from crawler.landing import LandingWriter
writer = LandingWriter(Path(sys.argv[1]), "c", max_records=50)
number = 0
while True:
    number += 1
    writer.write(b"".join(b'{"batch":%d,"line":%d}\\n' % (number, line) for line in range(3)))
    print(number, flush=True)
"""


def test_kill_9_loses_at_most_the_batch_being_written(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", _ENDLESS, str(tmp_path)], stdout=subprocess.PIPE, cwd=ROOT)
    with process:
        assert process.stdout is not None
        for _ in range(40):
            process.stdout.readline()
        process.kill()
        told = [int(line) for line in process.stdout.read().split()]
    lines = b"".join(path.read_bytes() for path in sorted((tmp_path / "c").iterdir())).splitlines()
    batches = [json.loads(line)["batch"] for line in lines]
    assert len(batches) == 3 * max(batches)
    assert max(batches) >= max([40, *told])
