"""Hands the statements of distributed runs to a cluster: the one part of Nerium that holds the cluster's credential."""
