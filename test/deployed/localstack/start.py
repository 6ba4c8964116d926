"""Starts LocalStack on 127.0.0.1 alone, with its Lambda functions as processes of this machine."""

import functools
import os
from types import SimpleNamespace

from twisted.internet import endpoints

# LocalStack leaves the interface open whatever GATEWAY_LISTEN says (localstack/runtime/server/twisted.py).
endpoints.TCP4ServerEndpoint = functools.partial(endpoints.TCP4ServerEndpoint, interface="127.0.0.1")

from localstack.runtime.main import main  # noqa: E402
from localstack.services.lambda_.invocation import runtime_executor  # noqa: E402
from localstack.services.s3 import provider  # noqa: E402
from process_executor import ProcessExecutor  # noqa: E402

# In the place of a plugin found by its entry point, for which this folder would have to be an installed package.
runtime_executor.EXECUTOR_PLUGIN_MANAGER = SimpleNamespace(
    exists=lambda name: name == "process",
    load=lambda _name: SimpleNamespace(load=lambda: ProcessExecutor),
)

# A folder in /tmp otherwise, whatever TMPDIR says, that stays.
provider.DEFAULT_S3_TMP_DIR = os.path.join(os.environ["STATE_FOLDER"], "s3")

main()
