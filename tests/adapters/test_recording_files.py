from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.adapters.recordings import S3Media, S3Recordings
from chalicelib.core.ground.errors import NotFound
from tests.fakes.bucket import bucket

REGION, BUCKET = "eu-central-1", "icall-recordings"


@pytest.fixture
def s3(monkeypatch) -> Iterator[object]:
    with bucket(BUCKET, REGION, monkeypatch) as client:
        yield client


def test_a_recording_is_kept_as_sound(s3):
    S3Recordings(BUCKET, REGION).put("v-1", b"RIFF first")
    S3Recordings(BUCKET, REGION).put("v-1", b"RIFF again")

    kept = s3.get_object(Bucket=BUCKET, Key="recordings/v-1.wav")
    assert kept["ContentType"] == "audio/wav"
    assert kept["Body"].read() == b"RIFF again"


def test_a_recordings_address_is_good_for_a_while_and_plays(s3):
    url = urlsplit(S3Recordings(BUCKET, REGION).url("v-1", 300))
    query = parse_qs(url.query)

    assert url.hostname == f"{BUCKET}.s3.{REGION}.amazonaws.com"
    assert url.path == "/recordings/v-1.wav"
    assert query["X-Amz-Expires"] == ["300"]
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["response-content-type"] == ["audio/wav"]


def test_a_carrier_may_put_a_recording_itself_at_an_address_that_is_good_for_a_while(s3):
    url = urlsplit(S3Recordings(BUCKET, REGION).upload_url("v-1", 900))
    query = parse_qs(url.query)

    assert url.path == "/recordings/v-1.wav"
    assert query["X-Amz-Expires"] == ["900"]
    assert "content-type" in query["X-Amz-SignedHeaders"][0].split(";")


def test_on_a_laptop_the_address_leads_to_the_laptop(s3):
    url = urlsplit(S3Recordings(BUCKET, REGION, "http://localhost:5000").url("v-1", 300))

    assert (url.netloc, url.path) == ("localhost:5000", f"/{BUCKET}/recordings/v-1.wav")


def test_a_sound_is_stored_and_found_by_its_name(s3):
    media = S3Media(BUCKET, REGION)
    media.put_media("hold-music", b"RIFF")

    assert s3.get_object(Bucket=BUCKET, Key="hold-music.wav")["Body"].read() == b"RIFF"
    assert urlsplit(media.media_url("hold-music", 60)).path == "/hold-music.wav"


@pytest.mark.parametrize("name", ["", "../recordings/v-1", "a/b", "A", "a.wav", "-a", "x" * 64, "a\n"])
def test_a_name_that_no_sound_can_have_leads_nowhere(name):
    with pytest.raises(NotFound):
        S3Media(BUCKET, REGION).media_url(name, 60)
