"""LiteLLM's caches over object stores, by their own names and parameters.

Rule: one row each. A parameter has LiteLLM's name; what it means stands where the tier's table is read, beside our own
names for the same settings, which are accepted too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from hexcache.adapters.inbound.litellm.behaviour import Compat
from hexcache.composition.litellm_assembly import assembled
from hexcache.composition.litellm_tiers import TierCache


class ObjectCache(TierCache):
    """A cache in an object store; one of the classes below.

    No object store can count: a number is refused with ``Unsupported``, unless a nearer tier counts it.
    """

    scheme: ClassVar[str]

    def _make(
        self,
        said: Mapping[str, Any],
        options: Mapping[str, Any],
        *,
        default_ttl: float | None,
        namespace: str | None,
        compat: Compat,
    ) -> None:
        table = {**{name: value for name, value in said.items() if value is not None}, **options}
        tiers = [{"scheme": self.scheme, **table}]
        made = assembled(self.kind, tiers, default_ttl=default_ttl, namespace=namespace, compat=compat)
        super().__init__(made, default_ttl)


class S3Cache(ObjectCache):
    """A cache on S3, or on a server that speaks like it.

    Args:
        s3_bucket_name: the bucket.
        s3_region_name: where it is; None for what boto3 finds.
        s3_api_version: of S3's interface.
        s3_use_ssl: whether AWS is asked over TLS.
        s3_verify: whether the server's certificate is checked, or the file of the authorities to trust.
        s3_endpoint_url: the server; None for AWS.
        s3_aws_access_key_id: id of the key that signs requests; None for what boto3 finds.
        s3_aws_secret_access_key: the key.
        s3_aws_session_token: of keys that end.
        s3_path: what every name begins with.
        default_ttl: seconds of life where a call says none; None for no end, as in LiteLLM.
        namespace: where the keys are, below ``s3_path``; None for ``litellm``.
        compat: ``"litellm"`` for the old behaviours: see the how-to.
        **options: further settings of the tier, such as ``addressing`` and ``deadline``.

    Raises:
        InvalidSetting: a setting is not usable.
        MissingExtra: ``boto3`` is not installed.
    """

    kind = "s3"
    scheme = "s3"

    def __init__(
        self,
        s3_bucket_name: str | None = None,
        s3_region_name: str | None = None,
        s3_api_version: str | None = None,
        s3_use_ssl: bool | None = None,
        s3_verify: bool | str | None = None,
        s3_endpoint_url: str | None = None,
        s3_aws_access_key_id: str | None = None,
        s3_aws_secret_access_key: str | None = None,
        s3_aws_session_token: str | None = None,
        s3_config: Any = None,
        s3_path: str | None = None,
        *,
        default_ttl: float | None = None,
        namespace: str | None = None,
        compat: Compat = None,
        **options: Any,
    ) -> None:
        said = {
            "s3_bucket_name": s3_bucket_name,
            "s3_region_name": s3_region_name,
            "s3_api_version": s3_api_version,
            "s3_use_ssl": s3_use_ssl,
            "s3_verify": s3_verify,
            "s3_endpoint_url": s3_endpoint_url,
            "s3_aws_access_key_id": s3_aws_access_key_id,
            "s3_aws_secret_access_key": s3_aws_secret_access_key,
            "s3_aws_session_token": s3_aws_session_token,
            "s3_config": s3_config,
            "s3_path": s3_path,
        }
        self._make(said, options, default_ttl=default_ttl, namespace=namespace, compat=compat)


class GCSCache(ObjectCache):
    """A cache on Google Cloud Storage.

    Args:
        bucket_name: the bucket; None for what ``GCS_BUCKET_NAME`` says.
        path_service_account: key of a service account, a JSON file; None for what ``GCS_PATH_SERVICE_ACCOUNT`` says,
            or else Google's default credentials.
        gcs_path: what every name begins with.
        gcs_bucket_name: the bucket, by LiteLLM's other name.
        gcs_path_service_account: the key, by LiteLLM's other name.
        default_ttl: seconds of life where a call says none; None for no end, as in LiteLLM.
        namespace: where the keys are, below ``gcs_path``; None for ``litellm``.
        compat: ``"litellm"`` for the old behaviours: see the how-to.
        **options: further settings of the tier, such as ``api_endpoint`` and ``deadline``.

    Raises:
        InvalidSetting: a setting is not usable.
        MissingExtra: Google's library is not installed.
    """

    kind = "gcs"
    scheme = "gs"

    def __init__(
        self,
        bucket_name: str | None = None,
        path_service_account: str | None = None,
        gcs_path: str | None = None,
        *,
        gcs_bucket_name: str | None = None,
        gcs_path_service_account: str | None = None,
        default_ttl: float | None = None,
        namespace: str | None = None,
        compat: Compat = None,
        **options: Any,
    ) -> None:
        said = {
            "gcs_bucket_name": gcs_bucket_name or bucket_name,
            "gcs_path_service_account": gcs_path_service_account or path_service_account,
            "gcs_path": gcs_path,
        }
        self._make(said, options, default_ttl=default_ttl, namespace=namespace, compat=compat)


class AzureBlobCache(ObjectCache):
    """A cache on Azure Blob Storage; the container is made when it is first needed, never by the constructor.

    Args:
        account_url: the account's address; None for what the ``AZURE_STORAGE_*`` variables say.
        container: the container.
        default_ttl: seconds of life where a call says none; None for no end, as in LiteLLM.
        namespace: where the keys are; None for ``litellm``.
        compat: ``"litellm"`` for the old behaviours: see the how-to.
        **options: further settings of the tier, such as ``account_key``, ``sas_token`` and ``prefix``; without any way
            to prove who asks it is the identity that ``DefaultAzureCredential`` finds.

    Raises:
        InvalidSetting: a setting is not usable.
        MissingExtra: Azure's library is not installed.
    """

    kind = "azure"
    scheme = "azure"

    def __init__(
        self,
        account_url: str | None = None,
        container: str | None = None,
        *,
        default_ttl: float | None = None,
        namespace: str | None = None,
        compat: Compat = None,
        **options: Any,
    ) -> None:
        said = {"azure_account_url": account_url, "azure_blob_container": container}
        self._make(said, options, default_ttl=default_ttl, namespace=namespace, compat=compat)
