// SPDX-License-Identifier: MIT
// What a traced driver tells the tracing preprocessor.
#define WPP_CONTROL_GUIDS                                                                          \
    WPP_DEFINE_CONTROL_GUID(Driver, (00000000, 0000, 0000, 0000, 000000000000), WPP_DEFINE_BIT(ANY))
// begin_wpp config
// FUNC TraceEvents(LEVEL, FLAGS, MSG, ...);
// FUNC TraceDriver{FLAG=ANY}(LEVEL, MSG, ...);
// end_wpp
