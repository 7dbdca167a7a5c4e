"""The trusted program that puts a worker into its sandbox."""
