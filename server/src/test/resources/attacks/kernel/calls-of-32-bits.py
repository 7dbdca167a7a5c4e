# The same by the interrupt that 32-bit programs use.
# ends: [["refused"]]
# ends: WORKER_CRASHED: *
# ends: TIMED_OUT: *
import mmap
page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
# mov eax, 310 (unshare); mov ebx, CLONE_NEWUSER; int 0x80; ret
page.write(b'\xb8\x36\x01\x00\x00\x53\xbb\x00\x00\x00\x10\xcd\x80\x5b\xc3')
call = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
answer = call()
result = pl.DataFrame({'outcome': ['refused' if answer in (-1, -38) else f'unshare gave {answer}']})
