// SPDX-License-Identifier: MIT
// Reached under another spelling, from a header.
#define SHARED_NAME 17
