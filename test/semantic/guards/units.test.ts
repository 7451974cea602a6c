import { units } from '../../../src/semantic/guards/units.ts';
import { holdsItsTable } from './tables.ts';

holdsItsTable(units, {
  vetoes: `
    How far is the moon in kilometres? <> How far is the moon in miles?
    Convert the oven heat to Celsius <> Convert the oven heat to Fahrenheit
    weight of a horse in kilograms <> weight of a horse in grams
    height of the tower in metres <> height of the tower in inches
    How many millimetres is that? <> How many centimetres is that?
    room temperature in kelvin <> room temperature in celsius
    how many litres does the tank hold <> how many gallons does the tank hold
    the size of the park in hectares <> the size of the park in squaremetres
    the distance to the sun in kilometers <> the distance to the sun in lightyears
    give the tank size in milliliters <> give the tank size in liters
    how many megabytes is the film <> how many gigabytes is the film
    file size in bytes please <> file size in kilobytes please
    show my speed in kmh <> show my speed in mph
    wind speed in knots <> wind speed in mph
    the energy of an apple in kilojoules <> the energy of an apple in kilocalories
    motor output in kilowatts <> motor output in horsepower
    tyre pressure in psi <> tyre pressure in pascal
    how many ounces of flour <> how many kilograms of flour
    how many milligrams are left <> how many grams are left
    oil in quarts <> oil in litres
    fabric length in inches <> fabric length in centimeters
  `,
  passes: `
    How far is the moon in kilometres? <> How far is the moon in km?
    How far is the moon in kilometers? <> distance to the moon, kilometres
    weight of a horse in kg <> weight of a horse in kilograms
    room temperature in °C <> room temperature in celsius
    How do I convert miles to kilometres? <> what is the formula from kilometres and miles
    a 5 km run <> a run of 3 miles
    How far is the moon in miles? <> How far is the moon?
    Who invented the metre? <> Who came up with the metre?
    how many litres does the tank hold <> tank volume in liters
    a cup of tea <> a pint of beer
    my foot hurts <> my leg hurts after a mile
    the bar is closed <> the pub is closed in the yard
    how many days are left <> how many weeks are left
    how many minutes does it take <> how long does it take in hours
    file size in megabytes <> file size in MB
    wind in knots <> how strong is the wind, knots
    the speed in mph <> the speed, as mph
    kilograms to pounds <> pounds from kilograms
    which is longer, a metre or a yard <> is a yard longer than a metre
    area in hectares <> hectares of area
    ounces in a pound <> how many ounces does a pound have
  `,
});
