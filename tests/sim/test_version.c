// SPDX-License-Identifier: MIT
// Bit maps, versions of Windows and its calendar, by their public pages.
#include "harness.h"

// ---- Bit maps of 70 bits: two words and a part

static ULONG words[3];
static RTL_BITMAP map70;

static int begin(void **state)
{
    RtlInitializeBitMap(&map70, words, 70);
    RtlClearAllBits(&map70);
    return hook_begin(state);
}

#define map_test(f) cmocka_unit_test_setup_teardown(f, begin, machine_end)

static void ranges_are_set_and_counted(void **state)
{
    (void)state;
    RtlSetBits(&map70, 30, 5);
    assert_int_equal(words[0], 0xC0000000);
    assert_int_equal(words[1], 0x7);
    assert_int_equal(RtlNumberOfSetBits(&map70), 5);
    assert_int_equal(RtlNumberOfClearBits(&map70), 65);
    assert_true(RtlAreBitsSet(&map70, 30, 5));
    assert_false(RtlAreBitsSet(&map70, 30, 6));
    assert_true(RtlAreBitsClear(&map70, 35, 35));
    assert_false(RtlAreBitsClear(&map70, 35, 36));
    assert_false(RtlAreBitsSet(&map70, 30, 0));
    RtlClearBits(&map70, 31, 3);
    assert_true(RtlTestBit(&map70, 30));
    assert_false(RtlTestBit(&map70, 31));
    RtlSetBit(&map70, 69);
    assert_true(RtlCheckBit(&map70, 69) != 0);
    RtlClearBit(&map70, 69);
    assert_false(RtlTestBit(&map70, 69));
    RtlSetAllBits(&map70);
    assert_int_equal(RtlNumberOfSetBits(&map70), 70);
}

static void runs_are_found_from_the_hint_and_then_from_the_start(void **state)
{
    ULONG start = 0;
    (void)state;
    RtlSetBits(&map70, 10, 50); // clear: 0-9 and 60-69

    assert_int_equal(RtlFindClearBits(&map70, 10, 0), 0);
    assert_int_equal(RtlFindClearBits(&map70, 10, 1), 60);
    assert_int_equal(RtlFindClearBits(&map70, 10, 61), 0);
    assert_int_equal(RtlFindClearBits(&map70, 11, 0), MAXULONG);
    assert_int_equal(RtlFindSetBits(&map70, 50, 5), 10);
    assert_int_equal(RtlFindClearBits(&map70, 0, 13), 8);
    assert_int_equal(RtlFindClearBitsAndSet(&map70, 4, 60), 60);
    assert_int_equal(RtlFindFirstRunClear(&map70, &start), 10);
    assert_int_equal(start, 0);
    assert_int_equal(RtlFindNextForwardRunClear(&map70, 10, &start), 6);
    assert_int_equal(start, 64);
    assert_int_equal(RtlFindSetBitsAndClear(&map70, 54, 0), 10);
    assert_int_equal(RtlFindLongestRunClear(&map70, &start), 70);
    assert_int_equal(start, 0);
    RtlSetAllBits(&map70);
    assert_int_equal(RtlFindLongestRunClear(&map70, &start), 0);
    assert_int_equal(RtlFindClearBitsAndSet(&map70, 1, 0), MAXULONG);
}

static void longest_run_is_found_behind_a_shorter_one(void **state)
{
    ULONG start = 0;
    (void)state;
    RtlSetBits(&map70, 5, 1);
    RtlSetBits(&map70, 40, 1);
    assert_int_equal(RtlFindLongestRunClear(&map70, &start), 34);
    assert_int_equal(start, 6);
}

// ---- Versions

static void version_is_the_profiles(void **state)
{
    RTL_OSVERSIONINFOEXW info = {.dwOSVersionInfoSize = sizeof info};
    ULONG major = 0;
    ULONG build = 0;
    (void)state;
    boot_profile("win7-x64");

    assert_int_equal(RtlGetVersion((PRTL_OSVERSIONINFOW)(PVOID)&info), STATUS_SUCCESS);
    assert_int_equal(info.dwMajorVersion, 6);
    assert_int_equal(info.dwMinorVersion, 1);
    assert_int_equal(info.dwBuildNumber, 7601);
    assert_int_equal(info.wProductType, VER_NT_WORKSTATION);
    assert_true(RtlIsNtDdiVersionAvailable(NTDDI_WIN7));
    assert_false(RtlIsNtDdiVersionAvailable(NTDDI_WIN8));
    assert_false(RtlIsNtDdiVersionAvailable(NTDDI_WINXPSP1));
    assert_true(IoIsWdmVersionAvailable(6, 0));
    boot_profile("xp-x86");
    assert_false(PsGetVersion(&major, NULL, &build, NULL));
    assert_int_equal(major, 5);
    assert_int_equal(build, 2600);
    assert_true(IoIsWdmVersionAvailable(1, 0x20));
    assert_false(IoIsWdmVersionAvailable(1, 0x30));
}

static NTSTATUS verify(ULONG major, ULONG minor, UCHAR condition)
{
    RTL_OSVERSIONINFOEXW info = {.dwMajorVersion = major, .dwMinorVersion = minor};
    ULONGLONG mask = 0;
    VER_SET_CONDITION(mask, VER_MAJORVERSION, condition);
    VER_SET_CONDITION(mask, VER_MINORVERSION, condition);
    return RtlVerifyVersionInfo(&info, VER_MAJORVERSION | VER_MINORVERSION, mask);
}

static void versions_are_compared_part_by_part(void **state)
{
    (void)state;
    boot_profile("win7-x64"); // 6.1
    assert_int_equal(verify(6, 1, VER_GREATER_EQUAL), STATUS_SUCCESS);
    assert_int_equal(verify(5, 2, VER_GREATER_EQUAL), STATUS_SUCCESS);
    assert_int_equal(verify(6, 2, VER_GREATER_EQUAL), STATUS_REVISION_MISMATCH);
    assert_int_equal(verify(10, 0, VER_GREATER_EQUAL), STATUS_REVISION_MISMATCH);
    assert_int_equal(verify(6, 1, VER_EQUAL), STATUS_SUCCESS);
    assert_int_equal(verify(10, 0, VER_LESS), STATUS_SUCCESS);
    assert_int_equal(RtlVerifyVersionInfo(NULL, 0, 0), STATUS_INVALID_PARAMETER);
}

// ---- The calendar

static void times_go_both_ways(void **state)
{
    static const struct {
        LONGLONG time;
        TIME_FIELDS fields;
    } cases[] = {
        {0, {1601, 1, 1, 0, 0, 0, 0, 1}},
        {116444736000000000, {1970, 1, 1, 0, 0, 0, 0, 4}},
        {125962560000000000 + 863999990000, {2000, 2, 29, 23, 59, 59, 999, 2}},
        {133484544000000000, {2023, 12, 31, 0, 0, 0, 0, 0}},
        {133801632000000000, {2025, 1, 1, 0, 0, 0, 0, 3}},
        {157469184000000000, {2100, 1, 1, 0, 0, 0, 0, 5}},
        {157520160000000000, {2100, 3, 1, 0, 0, 0, 0, 1}},
    };
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        LARGE_INTEGER time = {.QuadPart = cases[i].time};
        TIME_FIELDS fields;
        RtlTimeToTimeFields(&time, &fields);
        assert_memory_equal(&fields, &cases[i].fields, sizeof fields);
        time.QuadPart = -1;
        assert_true(RtlTimeFieldsToTime(&fields, &time));
        assert_int_equal(time.QuadPart, cases[i].time);
    }
}

static void wrong_dates_are_refused(void **state)
{
    LARGE_INTEGER time;
    TIME_FIELDS good = {2023, 2, 28, 0, 0, 0, 0, 0};
    TIME_FIELDS bad = good;
    (void)state;
    assert_true(RtlTimeFieldsToTime(&good, &time));
    bad.Day = 29;
    assert_false(RtlTimeFieldsToTime(&bad, &time));
    bad = good;
    bad.Month = 13;
    assert_false(RtlTimeFieldsToTime(&bad, &time));
    bad = good;
    bad.Hour = 24;
    assert_false(RtlTimeFieldsToTime(&bad, &time));
    bad = good;
    bad.Year = 1600;
    assert_false(RtlTimeFieldsToTime(&bad, &time));
}

static void seconds_since_1970(void **state)
{
    LARGE_INTEGER time;
    ULONG seconds = 0;
    (void)state;
    RtlSecondsSince1970ToTime(86400, &time);
    assert_int_equal(time.QuadPart, 116445600000000000);
    assert_true(RtlTimeToSecondsSince1970(&time, &seconds));
    assert_int_equal(seconds, 86400);
    time.QuadPart = 0;
    assert_false(RtlTimeToSecondsSince1970(&time, &seconds));
}

static void random_numbers_follow_from_the_seed(void **state)
{
    ULONG one = 1;
    ULONG two = 1;
    (void)state;
    ULONG first = RtlRandomEx(&one);
    assert_int_equal(RtlRandomEx(&two), first);
    assert_int_not_equal(RtlRandomEx(&one), first);
    assert_true(first < MAXLONG);
}

// ---- Every version that a profile can name

static void boot_version(unsigned version)
{
    static syspte_profile profile;
    syspte_config config = syspte_config_default();
    profile = *syspte_profile_find("win7-x64");
    profile.version = version;
    config.profile = &profile;
    boot(&config);
}

static void builds_are_those_of_the_last_service_pack(void **state)
{
    static const struct {
        unsigned version;
        ULONG build;
    } cases[] = {{0x0500, 2195}, {0x0501, 2600}, {0x0502, 3790}, {0x0600, 6002},
                 {0x0601, 7601}, {0x0602, 9200}, {0x0603, 9600}, {0x0A00, 19041}};
    (void)state;
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        UNICODE_STRING service_pack = {.Length = 77};
        ULONG major = 0;
        ULONG minor = 99;
        ULONG build = 0;
        boot_version(cases[i].version);
        assert_false(PsGetVersion(&major, &minor, &build, &service_pack));
        assert_int_equal(major << 8 | minor, cases[i].version);
        assert_int_equal(build, cases[i].build);
        assert_int_equal(service_pack.Length, 0);
        (void)syspte_shutdown();
    }
}

static void short_record_of_the_version_has_no_service_pack(void **state)
{
    RTL_OSVERSIONINFOEXW info;
    (void)state;
    memset(&info, 0xCC, sizeof info);
    info.dwOSVersionInfoSize = sizeof(RTL_OSVERSIONINFOW);
    boot_version(0x0603);

    assert_int_equal(RtlGetVersion((PRTL_OSVERSIONINFOW)(PVOID)&info), STATUS_SUCCESS);

    assert_int_equal(info.dwMajorVersion, 6);
    assert_int_equal(info.dwMinorVersion, 3);
    assert_int_equal(info.dwPlatformId, VER_PLATFORM_WIN32_NT);
    assert_int_equal(info.szCSDVersion[0], 0);
    assert_int_equal(info.wServicePackMajor, 0xCCCC);
    assert_int_equal(info.wProductType, 0xCC);
}

static void wdm_grows_with_windows(void **state)
{
    (void)state;
    boot_version(0x0500);
    assert_true(IoIsWdmVersionAvailable(1, 0x10));
    assert_false(IoIsWdmVersionAvailable(1, 0x20));
    (void)syspte_shutdown();
    boot_version(0x0502);
    assert_true(IoIsWdmVersionAvailable(1, 0x30));
    assert_false(IoIsWdmVersionAvailable(6, 0));
}

static NTSTATUS verify_one(ULONG type, UCHAR condition, const RTL_OSVERSIONINFOEXW *wanted)
{
    RTL_OSVERSIONINFOEXW info = *wanted;
    return RtlVerifyVersionInfo(&info, type, VerSetConditionMask(0, type, condition));
}

static void conditions_compare_the_running_version_with_the_wanted_one(void **state)
{
    static const struct {
        UCHAR condition;
        bool below; // whether a wanted version below the running one fits
        bool same;
        bool above;
    } cases[] = {{VER_EQUAL, false, true, false},        {VER_GREATER, true, false, false},
                 {VER_GREATER_EQUAL, true, true, false}, {VER_LESS, false, false, true},
                 {VER_LESS_EQUAL, false, true, true},    {6, false, false, false}};
    (void)state;
    boot_profile("win7-x64");
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const bool fits[] = {cases[i].below, cases[i].same, cases[i].above};
        for (ULONG n = 0; n < 3; n++) {
            NTSTATUS wanted = fits[n] ? STATUS_SUCCESS : STATUS_REVISION_MISMATCH;
            RTL_OSVERSIONINFOEXW info = {.dwMajorVersion = 5 + n, .dwBuildNumber = 7600 + n};
            assert_int_equal(verify_one(VER_MAJORVERSION, cases[i].condition, &info), wanted);
            assert_int_equal(verify_one(VER_BUILDNUMBER, cases[i].condition, &info), wanted);
        }
    }
}

static void platform_product_and_service_pack_are_compared(void **state)
{
    RTL_OSVERSIONINFOEXW same = {.dwPlatformId = VER_PLATFORM_WIN32_NT,
                                 .wProductType = VER_NT_WORKSTATION};
    RTL_OSVERSIONINFOEXW other = {
        .dwPlatformId = 1, .wProductType = 3, .wServicePackMajor = 1, .wServicePackMinor = 1};
    static const ULONG types[] = {VER_PLATFORMID, VER_PRODUCT_TYPE, VER_SERVICEPACKMAJOR,
                                  VER_SERVICEPACKMINOR};
    (void)state;
    boot_profile("win7-x64");
    for (unsigned i = 0; i < sizeof types / sizeof types[0]; i++) {
        assert_int_equal(verify_one(types[i], VER_EQUAL, &same), STATUS_SUCCESS);
        assert_int_equal(verify_one(types[i], VER_EQUAL, &other), STATUS_REVISION_MISMATCH);
    }
}

static void clock_of_the_machine_is_in_utc(void **state)
{
    LARGE_INTEGER there = {.QuadPart = 116444736000000000};
    LARGE_INTEGER local = {.QuadPart = 0};
    LARGE_INTEGER back = {.QuadPart = 0};
    (void)state;
    ExSystemTimeToLocalTime(&there, &local);
    assert_int_equal(local.QuadPart, there.QuadPart);
    ExLocalTimeToSystemTime(&local, &back);
    assert_int_equal(back.QuadPart, there.QuadPart);
}

static void seconds_since_1970_end_in_2106(void **state)
{
    LARGE_INTEGER time;
    ULONG seconds = 0;
    (void)state;
    RtlSecondsSince1970ToTime(MAXULONG, &time);
    assert_true(RtlTimeToSecondsSince1970(&time, &seconds));
    assert_int_equal(seconds, MAXULONG);
    time.QuadPart += 10000000;
    assert_false(RtlTimeToSecondsSince1970(&time, &seconds));
}

static void old_random_numbers_are_the_new_ones(void **state)
{
    ULONG one = 42;
    ULONG two = 42;
    (void)state;
    for (unsigned i = 0; i < 100; i++) {
        ULONG number = RtlRandom(&one);
        assert_int_equal(number, RtlRandomEx(&two));
        assert_true(number < MAXLONG);
        assert_int_equal(one, two);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        map_test(ranges_are_set_and_counted),
        map_test(runs_are_found_from_the_hint_and_then_from_the_start),
        map_test(longest_run_is_found_behind_a_shorter_one),
        hooked_test(version_is_the_profiles),
        hooked_test(versions_are_compared_part_by_part),
        hooked_test(times_go_both_ways),
        hooked_test(wrong_dates_are_refused),
        hooked_test(seconds_since_1970),
        hooked_test(random_numbers_follow_from_the_seed),
        hooked_test(builds_are_those_of_the_last_service_pack),
        hooked_test(short_record_of_the_version_has_no_service_pack),
        hooked_test(wdm_grows_with_windows),
        hooked_test(conditions_compare_the_running_version_with_the_wanted_one),
        hooked_test(platform_product_and_service_pack_are_compared),
        hooked_test(clock_of_the_machine_is_in_utc),
        hooked_test(seconds_since_1970_end_in_2106),
        hooked_test(old_random_numbers_are_the_new_ones),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
