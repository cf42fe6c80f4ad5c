import asyncio
import logging
import os
import time

import boto3
import pytest

from chalicelib.adapters.recordings import S3Recordings
from icall_bridge.metrics import Metrics
from icall_bridge.sound import recordings as uploading
from icall_bridge.sound.recordings import ATTEMPTS, NotStored, Recordings
from tests.bridge.sounds import telephone_wav
from tests.bridge.web import Web

pytestmark = pytest.mark.enable_socket

VOCID = "p-4711"
WHERE = "/recordings/p-4711.wav?X-Amz-Signature=abc%2Fdef"


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(uploading, "_FIRST_WAIT_SECONDS", 0.001)


@pytest.fixture
def metrics():
    return Metrics()


@pytest.fixture
def plays(tmp_path, metrics):
    """Run a story with a bucket and the recordings of a folder that holds one."""
    (tmp_path / f"{VOCID}.wav").write_bytes(telephone_wav(seconds=2))

    def play(story):
        async def with_a_bucket():
            async with Web() as bucket:
                recordings = Recordings(tmp_path, metrics)
                try:
                    return await story(recordings, bucket)
                finally:
                    await recordings.close()

        return asyncio.run(with_a_bucket())

    return play


async def why(recordings, url, vocid=VOCID):
    with pytest.raises(NotStored) as failed:
        await recordings.upload(vocid, url)
    return failed.value.why


def test_a_recording_that_goes_on_is_longer_and_one_that_is_not_there_is_no_matter(plays, tmp_path):
    async def story(recordings, _bucket):
        os.utime(tmp_path / f"{VOCID}.wav", (0, time.time() - 5))
        await recordings.fill(VOCID)
        await recordings.fill("p-9")
        await recordings.fill("../p-9")

    plays(story)
    assert (tmp_path / f"{VOCID}.wav").stat().st_size >= 7 * 16_000


def test_a_recording_is_put_where_the_stack_says_as_it_is(plays, metrics):
    async def story(recordings, bucket):
        await recordings.upload(VOCID, bucket.url + WHERE)
        return bucket.stored

    assert plays(story) == {WHERE: telephone_wav(seconds=2)}
    assert metrics.counted("uploads_total", outcome="stored") == 1


@pytest.mark.parametrize("status", [500, 503, 429, 408])
def test_what_may_go_well_the_next_time_is_tried_again(plays, status):
    async def story(recordings, bucket):
        bucket.statuses[WHERE] = [status, status]
        await recordings.upload(VOCID, bucket.url + WHERE)
        return bucket.asked[WHERE], bucket.stored[WHERE]

    assert plays(story) == (3, telephone_wav(seconds=2))


@pytest.mark.parametrize("status", [301, 400, 403, 404])
def test_a_definite_no_is_not_asked_again(plays, status):
    async def story(recordings, bucket):
        bucket.statuses[WHERE] = status
        return await why(recordings, bucket.url + WHERE), bucket.asked[WHERE]

    assert plays(story) == ("refused", 1)


def test_a_bucket_that_stays_away_is_given_up_in_the_end_and_the_file_stays(plays, tmp_path):
    async def story(recordings, bucket):
        bucket.statuses[WHERE] = 503
        return await why(recordings, bucket.url + WHERE), bucket.asked[WHERE]

    assert plays(story) == ("unreachable", ATTEMPTS)
    assert (tmp_path / f"{VOCID}.wav").exists()


def test_a_bucket_that_is_not_there_is_unreachable(plays):
    async def story(recordings, bucket):
        await bucket._runner.cleanup()
        return await why(recordings, bucket.url + WHERE)

    assert plays(story) == "unreachable"


@pytest.mark.parametrize("vocid", ["../../etc/passwd", "", ".hidden", "a/b", "ä"])
def test_no_name_leads_out_of_the_folder(plays, vocid):
    async def story(recordings, bucket):
        await recordings.delete(vocid)
        return await why(recordings, bucket.url + WHERE, vocid)

    assert plays(story) == "name"


def test_a_recording_that_is_not_there_is_told(plays):
    async def story(recordings, bucket):
        return await why(recordings, bucket.url + WHERE, "p-1")

    assert plays(story) == "missing"


def test_one_file_is_never_sent_twice_at_once(plays):
    async def story(recordings, bucket):
        bucket.open.clear()
        uploads = [asyncio.ensure_future(recordings.upload(VOCID, bucket.url + WHERE)) for _ in range(5)]
        await bucket.begun.wait()
        bucket.open.set()
        await asyncio.gather(*uploads)
        return bucket.most_at_once

    assert plays(story) == 1


def test_a_file_is_removed_after_its_upload_and_not_within_it(plays, tmp_path):
    async def story(recordings, bucket):
        bucket.open.clear()
        upload = asyncio.ensure_future(recordings.upload(VOCID, bucket.url + WHERE))
        await bucket.begun.wait()
        removal = asyncio.ensure_future(recordings.delete(VOCID))
        await asyncio.sleep(0)
        assert (tmp_path / f"{VOCID}.wav").exists()
        bucket.open.set()
        await asyncio.gather(upload, removal)
        return bucket.stored[WHERE]

    assert plays(story) == telephone_wav(seconds=2)
    assert not (tmp_path / f"{VOCID}.wav").exists()


def test_to_be_told_late_to_upload_what_is_stored_and_gone_is_no_failure(plays):
    async def story(recordings, bucket):
        await recordings.upload(VOCID, bucket.url + WHERE)
        await recordings.delete(VOCID)
        await recordings.delete(VOCID)
        await recordings.upload(VOCID, bucket.url + WHERE)
        return bucket.asked[WHERE]

    assert plays(story) == 1


def test_a_file_that_cannot_be_removed_is_told_in_the_log_and_stays_counted(plays, tmp_path, metrics, caplog):
    (tmp_path / "p-2.wav").mkdir()

    async def story(recordings, _bucket):
        await recordings.delete("p-2")
        return metrics.text()

    assert "icall_bridge_recordings_waiting 2\n" in plays(story)
    assert "a recording cannot be removed" in caplog.text


def test_neither_log_nor_error_repeats_the_address_which_is_a_key_to_the_bucket(plays, caplog):
    caplog.set_level(logging.DEBUG)

    async def story(recordings, bucket):
        bucket.statuses[WHERE] = 403
        await why(recordings, bucket.url + WHERE)

    plays(story)
    assert "X-Amz-Signature" not in caplog.text + "".join(str(record.__dict__) for record in caplog.records)


def test_nothing_is_kept_of_files_that_are_done_with(plays):
    async def story(recordings, bucket):
        await recordings.upload(VOCID, bucket.url + WHERE)
        return recordings._turns

    assert plays(story) == {}


def test_the_stacks_own_presigned_address_takes_what_we_send(monkeypatch):
    """What the signature covers, the client must send: the type is the one header that the stack signs."""
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(variable, "pretend")
    boto3.setup_default_session()

    address = S3Recordings("recordings", "eu-west-1").upload_url(VOCID, 60)

    assert "X-Amz-SignedHeaders=content-type%3Bhost" in address
