"""Runs LocalStack's Lambda functions as processes of this machine, where there is no Docker engine."""

import os
import shutil
import subprocess
import threading
from pathlib import Path

import psutil
from localstack import config
from localstack.services.lambda_.invocation.executor_endpoint import ExecutorEndpoint
from localstack.services.lambda_.invocation.runtime_executor import RuntimeExecutor
from localstack.utils.net import get_free_tcp_port

RUNTIME = Path(__file__).parent / "lambda-runtime.ts"
STATE = Path(os.environ["STATE_FOLDER"])
NODE = os.environ["FUNCTION_NODE"]
UNPACKING = threading.Lock()


class ProcessExecutor(RuntimeExecutor):
    """One execution environment: a process with a temporary folder of its own."""

    def __init__(self, id, function_version):
        super().__init__(id, function_version)
        self.port = get_free_tcp_port()
        self.endpoint = ExecutorEndpoint(id, container_address="127.0.0.1", container_port=self.port)
        self.temporary = STATE / "tmp" / id
        self.process = None

    @staticmethod
    def code_folder(function_version):
        """The unpacked code: functions with the same code share it."""
        digest = function_version.config.code.code_sha256.replace("/", "_").replace("=", "")
        return STATE / "code" / digest

    @classmethod
    def prepare_version(cls, function_version):
        folder = cls.code_folder(function_version)
        with UNPACKING:
            if folder.exists():
                return
            code = function_version.config.code
            code.prepare_for_execution()
            folder.parent.mkdir(parents=True, exist_ok=True)
            shutil.copytree(code.get_unzipped_code_location(), folder, symlinks=True)

    @classmethod
    def cleanup_version(cls, function_version):
        """Leaves the code: other versions may share it, and the state folder is deleted at the end."""

    def start(self, env_vars):
        self.endpoint.start()
        self.prepare_version(self.function_version)
        self.temporary.mkdir(parents=True)
        code = self.code_folder(self.function_version)
        environment = {name: str(value) for name, value in env_vars.items() if name != "TZ"}
        environment.update(
            PATH=os.environ["PATH"],
            LAMBDA_TASK_ROOT=str(code),
            RUNTIME_PORT=str(self.port),
            TMPDIR=str(self.temporary),
            HOME=str(self.temporary),
        )
        name = self.function_version.id.function_name
        with open(STATE / f"{name}.log", "ab") as log:
            self.process = subprocess.Popen(
                [NODE, str(RUNTIME)], cwd=code, env=environment, stdout=log, stderr=log
            )
        self.endpoint.wait_for_startup()

    def stop(self):
        if self.process:
            kill_tree(self.process.pid)
            self.process.wait()
        shutil.rmtree(self.temporary, ignore_errors=True)
        self.endpoint.shutdown()

    def get_address(self):
        return "127.0.0.1"

    def get_endpoint_from_executor(self):
        return "127.0.0.1"

    def get_runtime_endpoint(self):
        return f"http://127.0.0.1:{config.GATEWAY_LISTEN[0].port}{self.endpoint.get_endpoint_prefix()}"

    def get_logs(self):
        return ""

    def invoke(self, payload):
        return self.endpoint.invoke(payload)


def kill_tree(pid):
    """Kills a process with all that it has started, such as a browser."""
    try:
        process = psutil.Process(pid)
        for each in [*process.children(recursive=True), process]:
            each.kill()
    except psutil.NoSuchProcess:
        pass
