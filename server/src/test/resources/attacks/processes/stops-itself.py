# Stops as a debugger stops a program, so that it neither ends nor answers.
# ends: TIMED_OUT: The run was stopped after *
os.kill(os.getpid(), signal.SIGSTOP)
