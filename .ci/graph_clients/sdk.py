"""The Python SDKs as they are shipped, pointed at loopback; and the names that the two versions have for one thing."""

import importlib

import httpx
from kiota_abstractions.authentication import AnonymousAuthenticationProvider
from kiota_abstractions.base_request_configuration import RequestConfiguration
from msgraph_core import GraphClientFactory


class Sdk:
    """One of the two clients. What it is asked for is in the words of v1.0; the beta client has other names for it."""

    def __init__(self, version, graph, checks):
        self.version, self.is_v1 = version, version == "v1.0"
        package = "msgraph" if self.is_v1 else "msgraph_beta"
        self.package = importlib.import_module(package)
        self.models = importlib.import_module(f"{package}.generated.models.o_data_errors.o_data_error")
        self.package_name = package

        async def remember(request):
            body = request.content.decode()[:300] if request.method == "POST" else ""
            checks.sent.append(f"{request.method} {request.url.scheme}://{request.url.netloc.decode()}{request.url.raw_path.decode()} {body}".rstrip())

        async def keep(response):
            self.answered = await response.aread()

        self.answered = b""
        http = httpx.AsyncClient(trust_env=False, event_hooks={"request": [remember], "response": [keep]})
        http = GraphClientFactory.create_with_default_middleware(client=http)
        adapter_module = importlib.import_module(f"{package}.graph_request_adapter")
        self.adapter = adapter_module.GraphRequestAdapter(AnonymousAuthenticationProvider(), http)
        self.adapter.base_url = f"{graph}/{version}"
        self.client = self.package.GraphServiceClient(request_adapter=self.adapter)
        self.root = self.client.identity_governance.entitlement_management

    def model(self, name):
        module = "".join("_" + letter.lower() if letter.isupper() else letter for letter in name).strip("_")
        return getattr(importlib.import_module(f"{self.package_name}.generated.models.{module}"), name)

    @property
    def assignments(self):
        return self.root.assignments if self.is_v1 else self.root.access_package_assignments

    @property
    def policies(self):
        return self.root.assignment_policies if self.is_v1 else self.root.access_package_assignment_policies

    @property
    def catalogs(self):
        return self.root.catalogs if self.is_v1 else self.root.access_package_catalogs

    def assignment(self, id):
        return self.assignments.by_access_package_assignment_id(id)

    def additional(self, first, second):
        return self.assignments.additional_access_with_access_package_id_with_incompatible_access_package_id(first, second)

    def state(self, row):
        """In the words of the truth. v1.0 has an enumeration: a word that it does not know becomes `None` in silence."""
        if self.is_v1:
            return row.state.value if row.state else None
        return row.assignment_state and row.assignment_state[0].lower() + row.assignment_state[1:]

    def filter_state(self, state):
        return f"state eq '{state}'" if self.is_v1 else f"assignmentState eq '{state.title()}'"


def asked(builder, headers=None, **options):
    """Options of a request in the class that the SDK has for them beside each builder."""
    configuration = RequestConfiguration()
    if options:
        names = [name for name in vars(type(builder)) if name.endswith("GetQueryParameters")]
        configuration.query_parameters = getattr(type(builder), names[0])(**options)
    for name, value in (headers or {}).items():
        configuration.headers.add(name, value)
    return configuration


async def get(builder, headers=None, **options):
    return await builder.get(request_configuration=asked(builder, headers, **options))
