package main

import "testing"

func TestLoadOfAJetson(t *testing.T) {
	root := t.TempDir()
	for name, text := range map[string]string{
		"proc/loadavg":                         "0.52 0.40 0.30 1/200 999\n",
		"proc/stat":                            "cpu  100 0 100 700 100 0 0 0 0 0\ncpu0 1 2 3 4\n",
		"proc/meminfo":                         "MemTotal:        3964504 kB\nMemFree: 1 kB\nMemAvailable:    2000000 kB\n",
		"sys/class/thermal/thermal_zone0/temp": "41500\n", "sys/class/thermal/thermal_zone1/temp": "-256000\n",
		"sys/class/hwmon/hwmon0/temp1_input": "47250\n",
		"sys/class/hwmon/hwmon3/in1_label":   "VDD_IN\n", "sys/class/hwmon/hwmon3/in1_input": "5000\n", "sys/class/hwmon/hwmon3/curr1_input": "812\n",
		"sys/class/hwmon/hwmon3/in2_label": "VDD_CPU_GPU_CV\n", "sys/class/hwmon/hwmon3/in2_input": "5000\n", "sys/class/hwmon/hwmon3/curr2_input": "400\n",
	} {
		write(t, root, name, text)
	}
	r := &loadReader{root: root}
	r.sample()
	l := r.read(at(0))
	if *l.Load1 != 0.52 || *l.MemoryTotalBytes != 3964504*1024 || *l.MemoryAvailableBytes != 2000000*1024 || *l.TemperatureC != 47.3 || *l.PowerW != 4.06 {
		t.Errorf("%v %v %v %v %v", *l.Load1, *l.MemoryTotalBytes, *l.MemoryAvailableBytes, *l.TemperatureC, *l.PowerW)
	}
	if l.CPUPercent != nil {
		t.Error("one sample gives no percentage")
	}
	write(t, root, "proc/stat", "cpu  130 0 120 750 100 0 0 0 0 0\n")
	r.sample()
	if l = r.read(at(0.5)); *l.CPUPercent != 50 {
		t.Errorf("cpu %v", *l.CPUPercent)
	}
}

func TestWhatCannotBeReadIsNull(t *testing.T) {
	r := &loadReader{root: t.TempDir()}
	r.sample()
	r.sample()
	if l := r.read(at(0)); l != (load{}) {
		t.Errorf("%+v", l)
	}
}

func TestOtherPowerMonitors(t *testing.T) {
	nano := t.TempDir()
	folder := "sys/bus/i2c/drivers/ina3221x/6-0040/iio:device0/"
	write(t, nano, folder+"rail_name_0", "POM_5V_IN\n")
	write(t, nano, folder+"in_power0_input", "2345\n")
	if watts := readPower(nano); watts == nil || *watts != 2.345 {
		t.Errorf("Jetson Nano: %v", watts)
	}
	board := t.TempDir()
	write(t, board, "sys/class/hwmon/hwmon0/name", "amdgpu\n")
	write(t, board, "sys/class/hwmon/hwmon0/power1_input", "9000000\n")
	if readPower(board) != nil {
		t.Error("the power of a GPU is not that of the device")
	}
	write(t, board, "sys/class/hwmon/hwmon1/name", "ina226\n")
	write(t, board, "sys/class/hwmon/hwmon1/power1_input", "3500000\n")
	if watts := readPower(board); watts == nil || *watts != 3.5 {
		t.Errorf("INA226: %v", watts)
	}
}
