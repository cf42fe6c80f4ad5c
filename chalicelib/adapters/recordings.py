"""Files in S3: recordings, which are kept, and media (prompts and music), which carriers fetch."""

import re
from functools import cached_property
from typing import Any

from chalicelib.core.ground.errors import NotFound

_WAV = "audio/wav"
_MEDIA_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")


class _Bucket:
    """WAV files in one bucket, encrypted as the bucket's default says; `endpoint_url` is for a laptop."""

    def __init__(self, bucket: str, region: str, endpoint_url: str | None = None) -> None:
        self._bucket = bucket
        self._region = region
        self._endpoint_url = endpoint_url

    def put(self, key: str, wav: bytes) -> None:
        """Store a file, in place of an earlier one."""
        self._client.put_object(Bucket=self._bucket, Key=key, Body=wav, ContentType=_WAV)

    def url(self, key: str, seconds: int) -> str:
        """Give an address that anybody can fetch the file from for `seconds`."""
        file = {"Bucket": self._bucket, "Key": key, "ResponseContentType": _WAV}
        return str(self._client.generate_presigned_url("get_object", Params=file, ExpiresIn=seconds))

    def upload_url(self, key: str, seconds: int) -> str:
        """Give an address to which whoever knows it can PUT the file for `seconds`."""
        file = {"Bucket": self._bucket, "Key": key, "ContentType": _WAV}
        return str(self._client.generate_presigned_url("put_object", Params=file, ExpiresIn=seconds))

    @cached_property
    def _client(self) -> Any:
        # Imported on first use: boto3 takes a cold start longer than everything else here.
        import boto3  # noqa: PLC0415
        from botocore.config import Config  # noqa: PLC0415

        # An address signed the old way (s3) would be refused by buckets in newer regions.
        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path" if self._endpoint_url else "virtual"},
            connect_timeout=2,
            read_timeout=30,
        )
        return boto3.client("s3", region_name=self._region, endpoint_url=self._endpoint_url, config=config)


class S3Recordings:
    """The recordings' own store."""

    def __init__(self, bucket: str, region: str, endpoint_url: str | None = None) -> None:
        self._files = _Bucket(bucket, region, endpoint_url)

    def put(self, vocid: str, wav: bytes) -> None:
        """Store the file, in place of an earlier one."""
        self._files.put(_recording(vocid), wav)

    def url(self, vocid: str, seconds: int) -> str:
        """Give an address that plays the file for `seconds`."""
        return self._files.url(_recording(vocid), seconds)

    def upload_url(self, vocid: str, seconds: int) -> str:
        """Give an address that takes the file (PUT, audio/wav) for `seconds`."""
        return self._files.upload_url(_recording(vocid), seconds)


class S3Media:
    """Our own sounds, `media:<name>` in scripts."""

    def __init__(self, bucket: str, region: str, endpoint_url: str | None = None) -> None:
        self._files = _Bucket(bucket, region, endpoint_url)

    def put_media(self, name: str, wav: bytes) -> None:
        """Store a sound, in place of an earlier one."""
        self._files.put(_sound(name), wav)

    def media_url(self, name: str, seconds: int) -> str:
        """Give an address that plays the sound for `seconds`.

        Raises:
            NotFound: no sound can have this name.

        """
        return self._files.url(_sound(name), seconds)


def _recording(vocid: str) -> str:
    return f"recordings/{vocid}.wav"


def _sound(name: str) -> str:
    if not _MEDIA_NAME.fullmatch(name):
        raise NotFound("A sound's name has small letters, digits, - and _ only.")
    return f"{name}.wav"
