"""Programs for people who build apps on Attune: copy what you need.

SPDX-License-Identifier: Apache-2.0
"""
