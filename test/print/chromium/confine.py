"""Starts a program as Lambda does: under a kernel that refuses what Lambda's was seen to refuse, on x86-64.

    confine.py [--ordinary-user] [--one-process] [--opened FOLDER] PROGRAM [ARGUMENT...]

--ordinary-user gives up the rights of root, if it has them; --one-process also refuses new processes, not threads;
--opened prints the names of the folder's files that were opened meanwhile, as JSON in a line of its own, at the end.
"""

import argparse
import ctypes
import errno
import json
import os
import signal
import struct

libc = ctypes.CDLL(None, use_errno=True)
PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS = 1, 22, 38
PRCTL, CLONE, FORK, VFORK, CLONE3 = 157, 56, 57, 58, 435
# Besides prctl's options and namespaces, what containers are refused, and fallocate (chromedp/chromedp#1074).
REFUSED = {
    **{"unshare": 272, "setns": 308, "mount": 165, "umount2": 166, "pivot_root": 155, "chroot": 161},
    **{"ptrace": 101, "process_vm_readv": 310, "process_vm_writev": 311, "bpf": 321, "perf_event_open": 298},
    **{"add_key": 248, "request_key": 249, "keyctl": 250, "name_to_handle_at": 303, "open_by_handle_at": 304},
    **{"io_uring_setup": 425, "fallocate": 285},
}
CLONE_THREAD = 0x00010000
NAMESPACES = 0x7E020000
NOBODY = 65534
IN_OPEN = 0x20


def load(offset):
    return struct.pack("HBBI", 0x20, 0, 0, offset)


def jump(code, value, if_true, if_false):
    return struct.pack("HBBI", code, if_true, if_false, value)


def answer(value):
    return struct.pack("HBBI", 0x06, 0, 0, value)


ALLOW = answer(0x7FFF0000)
REFUSE = answer(0x00050000 | errno.EPERM)
# Tells glibc to call clone instead, whose flags a filter can read.
UNKNOWN = answer(0x00050000 | errno.ENOSYS)
EQUAL, ANY_BIT = 0x15, 0x45
FIRST_ARGUMENT = load(16)


def rule(call, body):
    return [jump(EQUAL, call, 0, len(body)), *body]


def program(one_process):
    no_new_rights = [jump(EQUAL, PR_SET_NO_NEW_PRIVS, 0, 1), REFUSE]
    no_signal_of_parent = [jump(EQUAL, PR_SET_PDEATHSIG, 0, 1), REFUSE]
    rules = rule(PRCTL, [FIRST_ARGUMENT, *no_new_rights, *no_signal_of_parent, ALLOW])
    no_namespaces = [jump(ANY_BIT, NAMESPACES, 0, 1), REFUSE]
    only_threads = [jump(ANY_BIT, CLONE_THREAD, 1, 0), REFUSE] if one_process else []
    rules += rule(CLONE, [FIRST_ARGUMENT, *no_namespaces, *only_threads, ALLOW])
    rules += rule(CLONE3, [UNKNOWN])
    for call in [*REFUSED.values(), *([FORK, VFORK] if one_process else [])]:
        rules += rule(call, [REFUSE])
    return [load(0), *rules, ALLOW]


class Filter(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p)]


def confine(one_process):
    instructions = program(one_process)
    code = ctypes.create_string_buffer(b"".join(instructions))
    loaded = Filter(len(instructions), ctypes.addressof(code))
    # The kernel takes a filter only from a process that cannot gain rights.
    if libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(PR_SET_SECCOMP, 2, ctypes.byref(loaded), 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel takes no filter")
    for option, value in ((PR_SET_NO_NEW_PRIVS, 1), (PR_SET_PDEATHSIG, signal.SIGKILL)):
        assert libc.prctl(option, value, 0, 0, 0) == -1 and ctypes.get_errno() == errno.EPERM
    assert libc.unshare(0) == -1 and ctypes.get_errno() == errno.EPERM


def start(options):
    # Opened as root, whose folders an ordinary user may not enter.
    executable = os.open(options.program, os.O_RDONLY)
    os.set_inheritable(executable, True)
    if options.ordinary_user and os.getuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    confine(options.one_process)
    os.execve(executable, [options.program, *options.arguments], os.environ)


def watch(folder):
    events = libc.inotify_init1(os.O_NONBLOCK)
    if libc.inotify_add_watch(events, folder.encode(), IN_OPEN) < 0:
        raise OSError(ctypes.get_errno(), "cannot watch", folder)
    return events


def opened(events):
    names = []
    try:
        while block := os.read(events, 1 << 20):
            while block:
                length = struct.unpack_from("iIII", block)[3]
                names += [block[16 : 16 + length].rstrip(b"\0").decode()] if length else []
                block = block[16 + length :]
    except BlockingIOError:
        return sorted(names)


parser = argparse.ArgumentParser()
parser.add_argument("--ordinary-user", action="store_true")
parser.add_argument("--one-process", action="store_true")
parser.add_argument("--opened")
parser.add_argument("program")
parser.add_argument("arguments", nargs=argparse.REMAINDER)
options = parser.parse_args()
if options.opened is None:
    start(options)
events = watch(options.opened)
child = os.fork()
if child == 0:
    start(options)
code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
print(json.dumps(opened(events)), flush=True)
raise SystemExit(code)
