"""Hands what distributed runs are to do to a cluster: the one part of Nerium that holds the cluster's credential."""
