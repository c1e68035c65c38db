"""A folder of this machine or network, and a bucket that speaks S3."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from reports.delivery.parcels import Parcel
from reports.delivery.receivers import DeliveryError, Receiver, Reply
from reports.errors import BriefError
from reports.page import write_whole

if TYPE_CHECKING:
    from obstore.store import S3Config, S3Store


def put_into_folder(receiver: Receiver, parcel: Parcel) -> Reply:
    """The brief and the files that come along, each whole or not at all. Raises DeliveryError."""
    if receiver.folder is None:
        raise DeliveryError(f"{receiver.name} names no folder.")
    for path in parcel.chosen(("html", *(form for form in receiver.attach if form != "html"))):
        try:
            write_whole(receiver.folder / path.name, path.read_bytes())
        except BriefError as error:
            raise DeliveryError(f"{receiver.name}: {error}") from None
        except OSError as error:
            raise DeliveryError(f"{receiver.name}: {path} cannot be read ({error.strerror or error}).") from None
    return Reply()


def opened_bucket(receiver: Receiver) -> S3Store:
    """The bucket, which is not asked yet. Raises DeliveryError."""
    try:
        from obstore.exceptions import BaseError
        from obstore.store import S3Store
    except ImportError:
        raise DeliveryError(
            f"{receiver.name}: buckets need one more library: pip install 'rivalscope[bucket]'"
        ) from None
    if not receiver.access_key_id:
        raise DeliveryError(f"{receiver.name} has no keys yet: rivalscope deliver --connect {receiver.name}")
    parts = urlsplit(receiver.bucket)
    config: S3Config = {
        "access_key_id": receiver.access_key_id,
        "secret_access_key": receiver.secret_access_key,
        "region": receiver.region or "us-east-1",
    }
    if receiver.endpoint:
        config["endpoint"] = receiver.endpoint
    try:
        return S3Store(
            parts.netloc,
            prefix=parts.path.strip("/") or None,
            config=config,
            client_options={
                "timeout": timedelta(seconds=receiver.timeout_seconds),
                "allow_http": receiver.endpoint.startswith("http://"),
            },
            retry_config={"max_retries": 0, "retry_timeout": timedelta(seconds=receiver.timeout_seconds)},
        )
    except (BaseError, ValueError) as error:
        said = receiver.redacted(str(error).partition("\n")[0])
        raise DeliveryError(f"{receiver.name}: this is no bucket ({said.rstrip('.')}).") from None


def put_into_bucket(receiver: Receiver, parcel: Parcel) -> Reply:
    """The same as objects of a bucket; an object takes the place of its namesake as a whole. Raises DeliveryError."""
    store = opened_bucket(receiver)

    import obstore
    from obstore.exceptions import BaseError

    try:
        for path in parcel.chosen(("html", *(form for form in receiver.attach if form != "html"))):
            kind = {"Content-Type": _KINDS[path.suffix]}
            obstore.put(store, path.name, path.read_bytes(), attributes=kind, use_multipart=False)
    except (BaseError, OSError, ValueError) as error:
        said = receiver.redacted(str(error).partition("\n")[0])
        raise DeliveryError(f"{receiver.name}: the bucket did not take the brief ({said.rstrip('.')}).") from None
    return Reply()


_KINDS = {".html": "text/html; charset=utf-8", ".json": "application/json", ".pdf": "application/pdf"}
