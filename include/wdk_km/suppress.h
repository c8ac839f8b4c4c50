// SPDX-License-Identifier: MIT
// Numbers of warnings for `#pragma warning`, which this compiler leaves alone.
