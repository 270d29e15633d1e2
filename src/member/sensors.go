package main

import (
	"path/filepath"
	"strings"
)

// readTemperature returns the highest plausible temperature of thermal zones and hwmon, in degrees Celsius.
func readTemperature(root string) *float64 {
	var hottest *float64
	for _, pattern := range []string{"sys/class/thermal/thermal_zone*/temp", "sys/class/hwmon/hwmon*/temp*_input"} {
		files, _ := filepath.Glob(filepath.Join(root, pattern))
		for _, file := range files {
			millidegrees, ok := readNumber(file)
			celsius := round(millidegrees/1000, 1)
			// Zones that are off report 0, -273 or nothing.
			if !ok || celsius <= 0 || celsius > 150 || (hottest != nil && *hottest >= celsius) {
				continue
			}
			hottest = &celsius
		}
	}
	return hottest
}

// totalRails are the rails that carry all power of a board: Jetson Orin and Xavier NX, Nano and TX2.
var totalRails = []string{"VDD_IN", "POM_5V_IN"}

// readPower returns the power of the whole board in watts, as an INA3221 or another power monitor measures it.
func readPower(root string) *float64 {
	chips, _ := filepath.Glob(filepath.Join(root, "sys/class/hwmon/hwmon*"))
	for _, chip := range chips {
		if watts, ok := railPower(chip); ok {
			return &watts
		}
	}
	// The older driver of Jetson boards with Linux 4.9 has its files outside of hwmon.
	older, _ := filepath.Glob(filepath.Join(root, "sys/bus/i2c/drivers/ina3221x/*/iio:device*/rail_name_*"))
	for _, file := range older {
		name, _ := readText(file)
		channel := strings.TrimPrefix(filepath.Base(file), "rail_name_")
		if milliwatts, ok := readNumber(filepath.Join(filepath.Dir(file), "in_power"+channel+"_input")); ok && isTotal(name) {
			watts := round(milliwatts/1000, 3)
			return &watts
		}
	}
	for _, chip := range chips {
		if watts, ok := wholePower(chip); ok {
			return &watts
		}
	}
	return nil
}

func isTotal(name string) bool {
	for _, rail := range totalRails {
		if name == rail {
			return true
		}
	}
	return false
}

// railPower multiplies current (mA) and voltage (mV) of the channels that are labelled as the board's input.
func railPower(chip string) (watts float64, found bool) {
	labels, _ := filepath.Glob(filepath.Join(chip, "in*_label"))
	for _, file := range labels {
		name, _ := readText(file)
		if !isTotal(name) {
			continue
		}
		channel := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "in"), "_label")
		millivolts, ok := readNumber(filepath.Join(chip, "in"+channel+"_input"))
		milliamperes, okToo := readNumber(filepath.Join(chip, "curr"+channel+"_input"))
		if ok && okToo {
			watts += millivolts * milliamperes / 1e6
			found = true
		}
	}
	return round(watts, 3), found
}

// wholePower reads a power monitor of the board (INA2xx, power1_input in microwatts). Chips of the CPU, GPU or battery
// measure only a part.
func wholePower(chip string) (float64, bool) {
	name, _ := readText(filepath.Join(chip, "name"))
	if !strings.HasPrefix(name, "ina2") {
		return 0, false
	}
	microwatts, ok := readNumber(filepath.Join(chip, "power1_input"))
	return round(microwatts/1e6, 3), ok
}
